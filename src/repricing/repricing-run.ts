import { randomUUID } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { notFound } from '../http/index.js';
import { newestEntry, type Selection } from './booked-calls.js';
import type { Tally } from './reprice.js';

/** A re-pricing that is applied, and how far it has come. Totals are picodollars. */
export interface RepricingRun {
  readonly id: string;
  readonly prices: string;
  readonly filter: Selection;
  readonly last_entry_id: string;
  readonly up_to_entry_id: string;
  readonly entries: string;
  readonly adjusted: string;
  readonly kept: string;
  readonly old_total: string;
  readonly new_total: string;
  readonly ended_at: Date | null;
}

export async function createRun(
  manager: EntityManager,
  prices: string,
  selection: Selection,
): Promise<string> {
  const id = `reprice_${randomUUID()}`;
  await manager.query(
    'INSERT INTO ledger_repricing (id, prices, filter, up_to_entry_id) VALUES ($1, $2, $3, $4)',
    [id, prices, selection, await newestEntry(manager)],
  );
  return id;
}

/** @throws {Problem} 404 */
export async function readRun(manager: EntityManager, id: string): Promise<RepricingRun> {
  const [run]: RepricingRun[] = await manager.query(
    'SELECT * FROM ledger_repricing WHERE id = $1',
    [id],
  );
  if (!run) throw notFound('There is no re-pricing with this id.');
  return run;
}

/**
 * Lets one batch in at a time, of all runs: each sees the revisions that the others made, so that
 * no entry is adjusted twice by the same price.
 */
export async function lockRuns(tx: EntityManager): Promise<void> {
  await tx.query('LOCK TABLE ledger_repricing IN SHARE ROW EXCLUSIVE MODE');
}

/** @param lastEntryId the last entry looked at; undefined when there are no more */
export async function saveProgress(
  tx: EntityManager,
  id: string,
  { entries, kept, oldTotal, newTotal }: Tally,
  adjusted: number,
  lastEntryId: string | undefined,
): Promise<void> {
  await tx.query(
    `UPDATE ledger_repricing SET
       entries = entries + $2, adjusted = adjusted + $3, kept = kept + $4,
       old_total = old_total + $5, new_total = new_total + $6,
       last_entry_id = coalesce($7, up_to_entry_id),
       ended_at = CASE WHEN $7::bigint IS NULL THEN now() END
     WHERE id = $1`,
    [id, entries, adjusted, kept, oldTotal.toString(), newTotal.toString(), lastEntryId ?? null],
  );
}
