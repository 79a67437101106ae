import type { EntityManager } from 'typeorm';
import { formatUsd } from '../genai/pricing/index.js';
import { MOST_ENTRIES, MOST_LINES } from './changes-report.js';
import type { RepricingAnswer } from './repricing.schema.js';

const ADJUSTED = `
  FROM ledger_adjustment AS adjustment JOIN ledger_entry AS entry ON entry.id = entry_id
  WHERE repricing_id = $1`;

/** What a run has changed so far, as its adjustments have it. */
export async function appliedChanges(
  manager: EntityManager,
  id: string,
): Promise<Pick<RepricingAnswer, 'changes' | 'biggest'>> {
  const sums: SumRow[] = await manager.query(
    `SELECT coalesce(response_model, request_model) AS model, old_price_id AS old_price,
       adjustment.price_id AS new_price, count(*)::int AS entries,
       coalesce(sum(old_cost_total), 0) AS old, coalesce(sum(adjustment.cost_total), 0) AS new
     ${ADJUSTED} GROUP BY 1, 2, 3
     ORDER BY abs(coalesce(sum(adjustment.cost_total), 0) - coalesce(sum(old_cost_total), 0)) DESC
     LIMIT ${MOST_LINES}`,
    [id],
  );
  const entries: EntryRow[] = await manager.query(
    `SELECT entry_id, coalesce(response_model, request_model) AS model, started_at,
       old_cost_total AS old, adjustment.cost_total AS new
     ${ADJUSTED}
     ORDER BY abs(coalesce(adjustment.cost_total, 0) - coalesce(old_cost_total, 0)) DESC
     LIMIT ${MOST_ENTRIES}`,
    [id],
  );
  return {
    changes: sums.map(({ old, new: now, ...line }) => ({
      ...line,
      old_usd: formatUsd(BigInt(old)),
      new_usd: formatUsd(BigInt(now)),
    })),
    biggest: entries.map(({ old, new: now, started_at, ...entry }) => ({
      ...entry,
      started_at: started_at.toISOString(),
      old_usd: old === null ? null : formatUsd(BigInt(old)),
      new_usd: now === null ? null : formatUsd(BigInt(now)),
    })),
  };
}

interface SumRow {
  readonly model: string;
  readonly old_price: string | null;
  readonly new_price: string | null;
  readonly entries: number;
  readonly old: string;
  readonly new: string;
}

interface EntryRow {
  readonly entry_id: string;
  readonly model: string;
  readonly started_at: Date;
  readonly old: string | null;
  readonly new: string | null;
}
