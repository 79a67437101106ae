export type { Cost, CostBuckets, CostStatus, PriceRef } from './cost.js';
export { formatUsd, parseUsd, toPicodollars, usdNumber, type Picodollars } from './money.js';
export { baseModel } from './model-id.js';
export { PriceBook, type CallBounds, type PricedCall, type PriceQuery } from './price-book.js';
export { PriceFileError, parsePriceOverrides, type PriceFileFault } from './price-file.js';
export type { DecimalLike, OverrideRates, PriceOverride } from './price-override.js';
export { otelProviderName } from './provider-names.js';
export { providerOf } from './provider-of.js';
export type { ResolvedPrice, TokenPrices } from './resolved-price.js';
