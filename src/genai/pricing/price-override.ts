/**
 * A decimal: a string of plain digits (`"0.075"`), or a number of at most 15 significant digits,
 * which holds the decimal that was written.
 */
export type DecimalLike = string | number;

/** US dollars per million tokens. What is left out is billed as what it is part of. */
export interface OverrideRates {
  /** Input tokens; also those of the cache that have no price of their own. */
  readonly input?: DecimalLike;
  /** Output tokens; also reasoning without a price of its own. */
  readonly output?: DecimalLike;
  readonly cache_read?: DecimalLike;
  /** Cache writes of the provider's ordinary lifetime. */
  readonly cache_write_5m?: DecimalLike;
  /** Cache writes of the provider's long lifetime. */
  readonly cache_write_1h?: DecimalLike;
  readonly reasoning?: DecimalLike;
}

/**
 * A price that beats the catalogue's: one's contract, a model the catalogue does not know, a model
 * on one's own machines. `input` and `output` go together; an override without them changes no
 * price but adds its `service_tiers` to the prices there are.
 *
 * When several fit a call, the most specific holds: the whole id, then the id without its date,
 * then the longest pattern; with a provider before without; then the latest `effective_from`.
 */
export interface PriceOverride extends OverrideRates {
  /** As `gen_ai.provider.name` has it, or another usual name. Default: any provider. */
  readonly provider?: string;
  /** A model id, which stands for its dated snapshots as well, or a pattern with `*` at its end. */
  readonly model: string;
  /** First moment: a date (its start in UTC) or an ISO time with offset. Default: always. */
  readonly effective_from?: string;
  /** First moment after: a date (its start in UTC) or an ISO time with offset. Default: never. */
  readonly effective_to?: string;
  /** US dollars for one search. */
  readonly web_search?: DecimalLike;
  /** Prices of whole calls of more than `above` input tokens, cached ones included. */
  readonly tiers?: readonly (OverrideRates & { readonly above: number })[];
  /** By tier (`batch`, `flex`, `priority`) or mode (`fast`, `geo:us`): a factor for all tokens. */
  readonly service_tiers?: Readonly<Record<string, { readonly multiplier: DecimalLike }>>;
}

export const OVERRIDE_RATES = [
  'input',
  'output',
  'cache_read',
  'cache_write_5m',
  'cache_write_1h',
  'reasoning',
] as const satisfies readonly (keyof OverrideRates)[];
