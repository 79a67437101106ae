import { createContextKey, type Context } from '@opentelemetry/api';
import type { PriceBook } from './price-book.js';

const PRICES = createContextKey('spanledger prices');

/** The context with prices of its own: they hold for the calls of models that are made in it. */
export function contextWithPrices(context: Context, prices: PriceBook): Context {
  return context.setValue(PRICES, prices);
}

/** The prices that a context brings along. */
export function pricesFrom(context: Context): PriceBook | undefined {
  return context.getValue(PRICES) as PriceBook | undefined;
}
