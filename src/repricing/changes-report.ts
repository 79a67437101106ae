import { formatUsd } from '../genai/pricing/index.js';
import type { Change } from './reprice.js';
import type { RepricingAnswer } from './repricing.schema.js';

/** Lines of a report; what is below them is in the totals. */
export const MOST_LINES = 20;
export const MOST_ENTRIES = 10;

type Line = RepricingAnswer['changes'][number];
type Moved = RepricingAnswer['biggest'][number];

interface Sum {
  readonly model: string;
  readonly from: string | null;
  readonly to: string | null;
  entries: number;
  old: bigint;
  new: bigint;
}

/** Sums changes up by model and prices, and remembers the biggest; bounded by the models there are. */
export class ChangesReport {
  readonly #sums = new Map<string, Sum>();
  #biggest: Array<{ moved: bigint; entry: Moved }> = [];
  adjusted = 0;

  add({ call, cost }: Change): void {
    const [before, after] = [BigInt(call.cost_total ?? 0), cost.total ?? 0n];
    const [from, to] = [call.price_id, cost.price?.id ?? null];
    const key = JSON.stringify([call.model, from, to]);
    const sum = this.#sums.get(key) ?? {
      model: call.model,
      from,
      to,
      entries: 0,
      old: 0n,
      new: 0n,
    };
    sum.entries += 1;
    sum.old += before;
    sum.new += after;
    this.#sums.set(key, sum);
    this.adjusted += 1;
    this.#keep(size(after - before), {
      entry_id: call.id,
      model: call.model,
      started_at: call.started_at.toISOString(),
      old_usd: call.cost_total === null ? null : formatUsd(before),
      new_usd: cost.total === null ? null : formatUsd(after),
    });
  }

  /** The biggest moves first. */
  get changes(): Line[] {
    return [...this.#sums.values()]
      .toSorted((a, b) => (size(b.new - b.old) > size(a.new - a.old) ? 1 : -1))
      .slice(0, MOST_LINES)
      .map((sum) => ({
        model: sum.model,
        old_price: sum.from,
        new_price: sum.to,
        entries: sum.entries,
        old_usd: formatUsd(sum.old),
        new_usd: formatUsd(sum.new),
      }));
  }

  get biggest(): Moved[] {
    return this.#biggest.map(({ entry }) => entry);
  }

  #keep(moved: bigint, entry: Moved): void {
    const smallest = this.#biggest.at(-1);
    if (this.#biggest.length === MOST_ENTRIES && smallest && moved <= smallest.moved) return;
    this.#biggest.push({ moved, entry });
    this.#biggest.sort((a, b) => (b.moved > a.moved ? 1 : b.moved < a.moved ? -1 : 0));
    this.#biggest.length = Math.min(this.#biggest.length, MOST_ENTRIES);
  }
}

function size(amount: bigint): bigint {
  return amount < 0n ? -amount : amount;
}
