import { totalInput, type ModalityTokens, type TokenUsage } from '../usage/index.js';
import { levelOf, type CompiledPrice, type PriceLevel } from './compiled-price.js';
import type { CostBuckets } from './cost.js';
import type { Picodollars } from './money.js';
import type { RateName } from './price-table.js';

/** What a usage costs at a price. */
export interface Bill {
  readonly buckets: CostBuckets;
  readonly total: Picodollars;
  /** Something was used. */
  readonly used: boolean;
  /** Something used has a price, if only 0. */
  readonly known: boolean;
  /** Something used has a price above 0. */
  readonly charged: boolean;
  /** Why the total is not the whole truth. */
  readonly gaps: readonly string[];
}

/**
 * Multiplies and adds in integers. A bucket whose price is finer than a picodollar per token is
 * rounded once, half to even, after its last addition; the total is the sum of the rounded
 * buckets, so that they always add up.
 *
 * The long-context level is chosen by all input tokens, cached ones included, and its prices hold
 * for every token of the call.
 */
export function bill(usage: TokenUsage, price: CompiledPrice): Bill {
  const tally = new Tally(levelOf(price, totalInput(usage)));
  const buckets = chargeBuckets(usage, tally, (amount) => roundHalfEven(amount, price.scale));
  if (usage.cacheWrite1h > 0 && price.lacksLongCacheWrites) {
    tally.gaps.push('no price for long-lived cache writes: billed as short-lived ones');
  }
  return {
    buckets,
    total:
      buckets.input +
      buckets.cacheRead +
      buckets.cacheWrite5m +
      buckets.cacheWrite1h +
      buckets.output +
      buckets.reasoning +
      buckets.requests,
    used: tally.used,
    known: tally.known,
    charged: tally.charged,
    gaps: tally.gaps,
  };
}

function chargeBuckets(
  usage: TokenUsage,
  tally: Tally,
  round: (amount: bigint) => Picodollars,
): CostBuckets {
  const { modalities } = usage;
  return {
    input: round(tally.chargeParts(usage.input, 'input', modalities, INPUT_PARTS)),
    cacheRead: round(tally.chargeParts(usage.cacheRead, 'cacheRead', modalities, READ_PARTS)),
    cacheWrite5m: round(tally.charge(usage.cacheWrite5m, 'cacheWrite5m')),
    cacheWrite1h: round(tally.charge(usage.cacheWrite1h, 'cacheWrite1h')),
    output: round(tally.chargeParts(usage.output, 'output', modalities, OUTPUT_PARTS)),
    reasoning: round(tally.charge(usage.reasoning, 'reasoning')),
    requests: round(tally.charge(usage.webSearches ?? 0, 'webSearch') + tally.chargeRequest()),
  };
}

type Part = keyof ModalityTokens;
const INPUT_PARTS: readonly Part[] = ['inputAudio', 'inputImage', 'inputVideo'];
const READ_PARTS: readonly Part[] = ['cacheReadAudio', 'cacheReadImage'];
const OUTPUT_PARTS: readonly Part[] = ['outputAudio', 'outputImage', 'outputVideo'];

class Tally {
  used = false;
  known = false;
  charged = false;
  readonly gaps: string[] = [];
  readonly #rates: PriceLevel['rates'];

  constructor({ rates }: PriceLevel) {
    this.#rates = rates;
  }

  charge(count: number, name: RateName): bigint {
    if (count === 0) return 0n;
    if (!Number.isSafeInteger(count) || count < 0) {
      this.gaps.push(`${name}: ${count} is not a count`);
      return 0n;
    }
    this.used = true;
    const rate = this.#rates[name];
    if (rate === undefined) {
      this.gaps.push(`no price for ${name}`);
      return 0n;
    }
    this.known = true;
    if (rate === 0n) return 0n;
    this.charged = true;
    return BigInt(count) * rate;
  }

  /** A bucket of which some tokens are of other modalities; more than all of it they cannot be. */
  chargeParts(
    count: number,
    name: RateName,
    modalities: ModalityTokens | undefined,
    parts: readonly Part[],
  ): bigint {
    if (!modalities) return this.charge(count, name);
    let rest = count;
    let amount = 0n;
    for (const part of parts) {
      const tokens = Math.min(modalities[part] ?? 0, rest);
      rest -= tokens;
      amount += this.charge(tokens, part);
    }
    return amount + this.charge(rest, name);
  }

  /** Some providers take a fee for each call. */
  chargeRequest(): bigint {
    return this.#rates.request === undefined ? 0n : this.charge(1, 'request');
  }
}

function roundHalfEven(amount: bigint, scale: bigint): Picodollars {
  if (scale === 1n) return amount;
  const quotient = amount / scale;
  const twice = (amount % scale) * 2n;
  const up = twice > scale || (twice === scale && quotient % 2n === 1n);
  return up ? quotient + 1n : quotient;
}
