import type { CompiledPrice, PriceLevel } from './compiled-price.js';
import type { PriceRef } from './cost.js';
import { formatDecimal } from './decimal.js';
import { PICODOLLAR_PLACES } from './money.js';
import { PER_MILLION, type RateName } from './price-table.js';

/**
 * US dollars per million tokens by bucket, exact decimals; absent where there is no price. Audio,
 * images and video are named where they cost other than text.
 */
export type TokenPrices = {
  readonly [Name in Exclude<RateName, 'webSearch' | 'request'>]?: string;
};

/** A price in force, for display: what each token is billed at, after all fallbacks. */
export interface ResolvedPrice {
  readonly ref: PriceRef;
  readonly perMillionTokens: TokenPrices;
  /** Other prices for calls of more than `above` input tokens; they hold for the whole call. */
  readonly longContext: readonly {
    readonly above: number;
    readonly perMillionTokens: TokenPrices;
  }[];
  /** US dollars for one search, and for each call. */
  readonly perWebSearch?: string;
  readonly perRequest?: string;
  /** Tokens. */
  readonly contextWindow?: number;
  /** By tier (`batch`) or mode (`fast`): the factor for all tokens, where there is a rule. */
  readonly serviceTiers: Readonly<Record<string, string>>;
}

export function describePrice(
  ref: PriceRef,
  { levels, places }: CompiledPrice,
  { contextWindow, serviceTiers }: Pick<ResolvedPrice, 'contextWindow' | 'serviceTiers'>,
): ResolvedPrice {
  const [first, ...higher] = levels;
  const unitPlaces = PICODOLLAR_PLACES + places;
  const each = (rate: bigint) => formatDecimal({ digits: rate, places: unitPlaces });
  const perMillionTokens = ({ rates }: PriceLevel): TokenPrices =>
    Object.fromEntries(
      Object.entries(rates)
        .filter(([name, rate]) => isToken(name) && !repeats(name, rate, rates))
        .map(([name, rate]) => [
          name,
          formatDecimal({ digits: rate, places: unitPlaces - PER_MILLION }),
        ]),
    );
  const { webSearch, request } = first?.rates ?? {};
  return {
    ref,
    perMillionTokens: first ? perMillionTokens(first) : {},
    longContext: higher.map((level) => ({
      above: level.above,
      perMillionTokens: perMillionTokens(level),
    })),
    ...(webSearch !== undefined && { perWebSearch: each(webSearch) }),
    ...(request !== undefined && { perRequest: each(request) }),
    ...(contextWindow !== undefined && { contextWindow }),
    serviceTiers,
  };
}

function isToken(name: string): boolean {
  return name !== 'webSearch' && name !== 'request';
}

/** A modality is worth a line where its price is not that of text. */
function repeats(name: string, rate: bigint, rates: PriceLevel['rates']): boolean {
  const bucket = name.replace(/(?:Audio|Image|Video)$/, '');
  return bucket !== name && rates[bucket as RateName] === rate;
}
