import { formatDecimal } from './decimal.js';
import type { TokenUsage } from '../usage/index.js';
import type { Factor } from './known-price.js';
import type { OverridePrice } from './override-prices.js';

/**
 * Names of the tier that the list price is for. `auto` is a request for whatever there is; the
 * answer names what it was, so a call of which only `auto` is known counts as standard.
 */
const STANDARD: ReadonlySet<string> = new Set([
  '',
  'standard',
  'standard_only',
  'default',
  'auto',
  'on_demand',
]);

/** By name, the factor of each tier and mode that has a rule at a time. */
export function tiersAt(
  rules: readonly OverridePrice[],
  time: number,
): Readonly<Record<string, string>> {
  const tiers: Record<string, string> = {};
  for (const rule of rules.filter((it) => it.holdsAt(time))) {
    for (const [name, multiplier] of rule.multipliers) tiers[name] ??= formatDecimal(multiplier);
  }
  return tiers;
}

/** What changes the price of a call, and what would but has no rule. */
export interface Surcharges {
  readonly factors: readonly Factor[];
  readonly gaps: readonly string[];
}

const NONE: Surcharges = { factors: [], gaps: [] };

/** @param rules in the order to ask; the first that is in force and names the tier is its rule */
export function surcharges(
  serviceTier: string | undefined,
  usage: TokenUsage,
  rules: readonly OverridePrice[],
  time: number,
): Surcharges {
  const tier = serviceTier?.toLowerCase() ?? '';
  const named = STANDARD.has(tier) ? (usage.modes ?? []) : [tier, ...(usage.modes ?? [])];
  if (named.length === 0) return NONE;
  const factors: Factor[] = [];
  const gaps: string[] = [];
  for (const name of named) {
    const rule = rules.find((it) => it.multipliers.has(name) && it.holdsAt(time));
    const multiplier = rule?.multipliers.get(name);
    if (multiplier) factors.push({ name, multiplier });
    else gaps.push(`no price rule for "${name}": billed as standard`);
  }
  return { factors, gaps };
}
