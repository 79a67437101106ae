import type { Decimal } from './decimal.js';

/** What a price can be of: a token of a bucket, or of another modality in it; a request. */
export type RateName =
  | 'input'
  | 'cacheRead'
  | 'cacheWrite5m'
  | 'cacheWrite1h'
  | 'output'
  | 'reasoning'
  | 'inputAudio'
  | 'inputImage'
  | 'inputVideo'
  | 'cacheReadAudio'
  | 'cacheReadImage'
  | 'outputAudio'
  | 'outputImage'
  | 'outputVideo'
  | 'webSearch'
  | 'request';

/** US dollars for one token or request. */
export interface Rate {
  readonly base: Decimal;
  /** Other rates for calls of more input tokens than `above`; they hold for the whole call. */
  readonly tiers: readonly { readonly above: number; readonly rate: Decimal }[];
}

/** The prices of one model in one period, as the catalogue or an override names them. */
export type PriceTable = { readonly [Name in RateName]?: Rate };

/** A price and when it holds. */
export interface DatedPrice {
  /** Provider, model and, where it has periods, the period. */
  readonly id: string;
  readonly table: PriceTable;
  /** @param time milliseconds since the epoch */
  holdsAt(time: number): boolean;
}

/** Places between "per million tokens" and "per token". */
export const PER_MILLION = 6;
