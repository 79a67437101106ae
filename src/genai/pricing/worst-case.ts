import type { CompiledPrice, PriceLevel } from './compiled-price.js';
import type { Factor } from './known-price.js';
import type { Picodollars } from './money.js';
import type { OverridePrice } from './override-prices.js';

/** Buckets that a bill rounds one by one, each by less than a picodollar. */
const ROUNDED_BUCKETS = 7n;

/**
 * The most that a call of at most so many tokens can cost: every input token at the dearest rate
 * that it could be billed at (a long-lived cache write, mostly), at the dearest level of context
 * that it could reach, and all the output there may be.
 *
 * @returns null when the input, or output that there may be, has no price
 */
export function dearest(price: CompiledPrice, input: number, output: number): Picodollars | null {
  let most = 0n;
  for (const { above, rates } of price.levels) {
    if (above >= input && above >= 0) continue;
    const perInput = highest(rates, ['input', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h']);
    const perOutput = output === 0 ? 0n : highest(rates, ['output', 'reasoning']);
    if (perInput === undefined || perOutput === undefined) return null;
    const amount = BigInt(input) * perInput + BigInt(output) * perOutput + (rates.request ?? 0n);
    if (amount > most) most = amount;
  }
  return price.scale === 1n ? most : most / price.scale + ROUNDED_BUCKETS;
}

/** A provider may serve a call in any tier: every rule that makes it dearer counts. */
export function dearestFactors(rules: readonly OverridePrice[], time: number): Factor[] {
  const found = new Map<string, Factor>();
  for (const rule of rules) {
    if (!rule.holdsAt(time)) continue;
    for (const [name, multiplier] of rule.multipliers) {
      const dearer = multiplier.digits > 10n ** BigInt(multiplier.places);
      if (dearer && !found.has(name)) found.set(name, { name, multiplier });
    }
  }
  return [...found.values()];
}

function highest(
  rates: PriceLevel['rates'],
  names: ReadonlyArray<keyof PriceLevel['rates']>,
): bigint | undefined {
  // Without the bucket's own price there is nothing to tell what the others may cost.
  const [own] = names;
  if (own === undefined || rates[own] === undefined) return undefined;
  return names.reduce(
    (most, name) => ((rates[name] ?? 0n) > most ? (rates[name] ?? 0n) : most),
    0n,
  );
}
