export { PricesModule } from './prices.module.js';
export type { PricesAnswer } from './prices.schema.js';
export { CatalogueRefresh, REFRESH_OUTCOMES } from './refresh/catalogue-refresh.js';
