export type { Cost, CostBuckets, CostStatus, PriceRef } from './cost.js';
export { formatUsd, parseUsd, toPicodollars, usdNumber, type Picodollars } from './money.js';
export { baseModel } from './model-id.js';
export { PriceBook, type CallBounds, type PricedCall, type PriceQuery } from './price-book.js';
export { PriceFileError, parsePriceOverrides, type PriceFileFault } from './price-file.js';
export type { DecimalLike, OverrideRates, PriceOverride } from './price-override.js';
export {
  catalogueProviders,
  catalogueRelease,
  replaceCatalogue,
  type CatalogueRelease,
} from './catalogue.js';
export { catalogueMoves, type CatalogueMove } from './catalogue-moves.js';
export { overrideFaults, overrideKey, overridesOver } from './check-overrides.js';
export { contextWithPrices, pricesFrom } from './prices-context.js';
export { otelProviderName } from './provider-names.js';
export { providerOf } from './provider-of.js';
export type { ResolvedPrice, TokenPrices } from './resolved-price.js';
