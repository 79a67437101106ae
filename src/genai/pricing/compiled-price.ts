import { multiply, type Decimal } from './decimal.js';
import { PICODOLLAR_PLACES } from './money.js';
import type { PriceTable, Rate, RateName } from './price-table.js';

/** Prices as integers, ready to multiply. */
export interface CompiledPrice {
  /** Decimal places that the rates have below a picodollar; mostly 0. */
  readonly places: number;
  /** 10 to that power: what to divide by to get picodollars. */
  readonly scale: bigint;
  /** By rising input; at least one, whose `above` is -1. */
  readonly levels: readonly PriceLevel[];
  /** The price tells short cache writes from others but has none for long ones. */
  readonly lacksLongCacheWrites: boolean;
}

/** The rates of calls of more than `above` input tokens. */
export interface PriceLevel {
  readonly above: number;
  readonly rates: { readonly [Name in RateName]?: bigint };
}

/**
 * Where a bucket without a price of its own is billed: as what it is part of. The catalogue has
 * the same rule: a price names only what differs from the whole.
 */
const BILLED_AS: Readonly<Record<RateName, readonly RateName[]>> = {
  input: ['input'],
  cacheRead: ['cacheRead', 'input'],
  cacheWrite5m: ['cacheWrite5m', 'input'],
  cacheWrite1h: ['cacheWrite1h', 'cacheWrite5m', 'input'],
  output: ['output'],
  reasoning: ['reasoning', 'output'],
  inputAudio: ['inputAudio', 'input'],
  inputImage: ['inputImage', 'input'],
  inputVideo: ['inputVideo', 'input'],
  cacheReadAudio: ['cacheReadAudio', 'cacheRead', 'inputAudio', 'input'],
  cacheReadImage: ['cacheReadImage', 'cacheRead', 'inputImage', 'input'],
  outputAudio: ['outputAudio', 'output'],
  outputImage: ['outputImage', 'output'],
  outputVideo: ['outputVideo', 'output'],
  webSearch: ['webSearch'],
  request: ['request'],
};

const NAMES = Object.keys(BILLED_AS) as RateName[];

/** Rates that the multiplier of a service tier leaves alone: fees by the request. */
const FEES: ReadonlySet<RateName> = new Set(['webSearch', 'request']);

/** @param multiplier of a service tier, for all tokens */
export function compilePrice(table: PriceTable, multiplier: Decimal): CompiledPrice {
  const amount = (name: RateName, rate: Decimal) =>
    FEES.has(name) ? rate : multiply(rate, multiplier);
  const all = NAMES.flatMap((name) => {
    const rate = table[name];
    return rate ? [rate.base, ...rate.tiers.map((tier) => tier.rate)] : [];
  });
  const finest = Math.max(0, ...all.map(({ places }) => places + multiplier.places));
  const places = Math.max(0, finest - PICODOLLAR_PLACES);
  const toInteger = ({ digits, places: own }: Decimal) =>
    digits * 10n ** BigInt(PICODOLLAR_PLACES + places - own);

  const levels = thresholds(table).map((above) => {
    const rates: { [Name in RateName]?: bigint } = {};
    for (const name of NAMES) {
      const source = BILLED_AS[name].find((candidate) => table[candidate]);
      const rate = source && table[source];
      if (rate) rates[name] = toInteger(amount(name, rateAbove(rate, above)));
    }
    return { above, rates };
  });
  return {
    places,
    scale: 10n ** BigInt(places),
    levels,
    lacksLongCacheWrites: table.cacheWrite5m !== undefined && table.cacheWrite1h === undefined,
  };
}

/** The level of a call with that many input tokens, cached ones included. */
export function levelOf(price: CompiledPrice, input: number): PriceLevel {
  let level = price.levels[0] as PriceLevel;
  for (const candidate of price.levels) if (input > candidate.above) level = candidate;
  return level;
}

function thresholds(table: PriceTable): number[] {
  const starts = NAMES.flatMap((name) => table[name]?.tiers.map(({ above }) => above) ?? []);
  return [...new Set([-1, ...starts])].toSorted((a, b) => a - b);
}

function rateAbove(rate: Rate, above: number): Decimal {
  const reached = rate.tiers.filter((tier) => tier.above <= above);
  const last = reached.toSorted((a, b) => a.above - b.above).at(-1);
  return last?.rate ?? rate.base;
}
