export { PricesModule } from './prices.module.js';
export { CatalogueRefresh, REFRESH_OUTCOMES } from './refresh/catalogue-refresh.js';
