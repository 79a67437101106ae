import { decimalOfNumber, divideByPowerOfTen, parseDecimal, type Decimal } from './decimal.js';
import { baseModel, readings, type ModelName } from './model-id.js';
import type { DecimalLike, OverrideRates, PriceOverride } from './price-override.js';
import { PER_MILLION, type PriceTable, type Rate, type RateName } from './price-table.js';
import { canonicalProvider } from './provider-names.js';

/** An override, ready to use. */
export interface OverridePrice {
  /** Who and what it is for, and from when. */
  readonly id: string;
  /** Undefined when it only has rules for service tiers. */
  readonly table?: PriceTable;
  readonly multipliers: ReadonlyMap<string, Decimal>;
  holdsAt(time: number): boolean;
}

/** @param override one that has been checked */
export function overridePrice(override: PriceOverride): OverridePrice {
  const { provider, model, effective_from: from, effective_to: to } = override;
  const start = from === undefined ? -Infinity : Date.parse(from);
  const end = to === undefined ? Infinity : Date.parse(to);
  const tiers = Object.entries(override.service_tiers ?? {});
  return {
    id: `${provider ?? '*'}/${model}${from === undefined ? '' : `@${from}`}`,
    table: override.input === undefined ? undefined : toTable(override),
    multipliers: new Map(
      tiers.map(([tier, { multiplier }]) => [tier.toLowerCase(), toDecimal(multiplier)]),
    ),
    holdsAt: (time) => time >= start && time < end,
  };
}

/** Those of the overrides that are for the model, the most specific and latest first. */
export function overridesFor(
  overrides: readonly PriceOverride[],
  provider: string,
  model: string,
): PriceOverride[] {
  const names = readings(provider, model);
  return overrides
    .map((override) => ({ override, rank: rankOf(override, names) }))
    .filter(({ rank }) => rank.length > 0)
    .toSorted((a, b) => compareRanks(b.rank, a.rank))
    .map(({ override }) => override);
}

/** What makes an override more specific, the weightiest first; empty when it does not fit. */
function rankOf(override: PriceOverride, names: readonly ModelName[]): number[] {
  const wanted = override.model.toLowerCase();
  const provider = override.provider && canonicalProvider(override.provider);
  const exactness = names
    .filter((name) => !provider || canonicalProvider(name.provider) === provider)
    .map(({ id }) => {
      if (wanted.endsWith('*')) return id.startsWith(wanted.slice(0, -1)) ? 1 : 0;
      if (id === wanted) return 3;
      return baseModel(id) === wanted ? 2 : 0;
    });
  const best = Math.max(0, ...exactness);
  if (best === 0) return [];
  const from = override.effective_from ? Date.parse(override.effective_from) : -Infinity;
  return [best, wanted.length, provider ? 1 : 0, from];
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((part, position) => part !== b[position]);
  return index < 0 ? 0 : Number(a[index]) < Number(b[index]) ? -1 : 1;
}

const RATE_NAMES: Readonly<Record<keyof OverrideRates, RateName>> = {
  input: 'input',
  output: 'output',
  cache_read: 'cacheRead',
  cache_write_5m: 'cacheWrite5m',
  cache_write_1h: 'cacheWrite1h',
  reasoning: 'reasoning',
};

function toTable(override: PriceOverride): PriceTable {
  const table: { [Name in RateName]?: Rate } = {};
  for (const [key, name] of Object.entries(RATE_NAMES) as [keyof OverrideRates, RateName][]) {
    const base = override[key];
    if (base === undefined) continue;
    const tiers = (override.tiers ?? []).flatMap((tier) => {
      const price = tier[key];
      return price === undefined ? [] : [{ above: tier.above, rate: perToken(price) }];
    });
    table[name] = { base: perToken(base), tiers };
  }
  if (override.web_search !== undefined) {
    table.webSearch = { base: toDecimal(override.web_search), tiers: [] };
  }
  return table;
}

function perToken(price: DecimalLike): Decimal {
  return divideByPowerOfTen(toDecimal(price), PER_MILLION);
}

function toDecimal(price: DecimalLike): Decimal {
  const decimal = typeof price === 'string' ? parseDecimal(price) : decimalOfNumber(price);
  if (!decimal) throw new RangeError(`Not a decimal: ${price}`);
  return decimal;
}
