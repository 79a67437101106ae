import type { Cost, PriceBook } from '../genai/pricing/index.js';
import { differs, isPricedByBook, pricedCall, type BookedCall } from './booked-call.js';

/** An entry whose cost is another by the prices of today. */
export interface Change {
  readonly call: BookedCall;
  readonly cost: Cost;
}

/** What a set of entries cost before and after. */
export interface Tally {
  entries: number;
  /** Entries that keep a cost although no price of it is known any more. */
  kept: number;
  oldTotal: bigint;
  newTotal: bigint;
}

/**
 * Prices entries anew by what they used. A cost that is known is never given up for an unknown
 * one: a price that was taken away does not make spent money unspent.
 */
export function reprice(
  prices: PriceBook,
  calls: readonly BookedCall[],
): { changes: Change[]; tally: Tally } {
  const tally: Tally = { entries: 0, kept: 0, oldTotal: 0n, newTotal: 0n };
  const changes: Change[] = [];
  for (const call of calls) {
    const old = BigInt(call.cost_total ?? 0);
    tally.entries += 1;
    tally.oldTotal += old;
    const cost = isPricedByBook(call) ? prices.cost(pricedCall(call)) : undefined;
    const lost = cost?.status === 'unpriced' && call.cost_status !== 'unpriced';
    if (lost) tally.kept += 1;
    if (!cost || lost || !differs(call, cost)) {
      tally.newTotal += old;
      continue;
    }
    tally.newTotal += cost.total ?? 0n;
    changes.push({ call, cost });
  }
  return { changes, tally };
}
