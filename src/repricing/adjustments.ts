import type { EntityManager } from 'typeorm';
import type { Change } from './reprice.js';

/** Column, its SQL type, and where its value comes from. */
const COLUMNS: ReadonlyArray<readonly [string, string, (change: Change) => unknown]> = [
  ['entry_id', 'bigint', ({ call }) => call.id],
  ['revision', 'integer', ({ call }) => call.revision + 1],
  ['old_cost_status', 'text', ({ call }) => call.cost_status],
  ['old_cost_total', 'bigint', ({ call }) => call.cost_total],
  ['old_price_id', 'text', ({ call }) => call.price_id],
  ['old_catalogue_version', 'text', ({ call }) => call.catalogue_version],
  ['cost_status', 'text', ({ cost }) => cost.status],
  ['cost_reason', 'text', ({ cost }) => cost.reason],
  ['cost_input', 'bigint', ({ cost }) => cost.buckets?.input],
  ['cost_cache_read', 'bigint', ({ cost }) => cost.buckets?.cacheRead],
  ['cost_cache_write_5m', 'bigint', ({ cost }) => cost.buckets?.cacheWrite5m],
  ['cost_cache_write_1h', 'bigint', ({ cost }) => cost.buckets?.cacheWrite1h],
  ['cost_output', 'bigint', ({ cost }) => cost.buckets?.output],
  ['cost_reasoning', 'bigint', ({ cost }) => cost.buckets?.reasoning],
  ['cost_requests', 'bigint', ({ cost }) => cost.buckets?.requests],
  ['cost_total', 'bigint', ({ cost }) => cost.total],
  ['price_id', 'text', ({ cost }) => cost.price?.id],
  ['price_source', 'text', ({ cost }) => cost.price?.source],
  ['catalogue_version', 'text', ({ cost }) => cost.price?.catalogueVersion],
];

const NAMES = COLUMNS.map(([name]) => name).join(', ');
const TYPED = COLUMNS.map(([name, type]) => `${name} ${type}`).join(', ');

/** Books the changes beside their entries, which stay as they are. */
export async function bookAdjustments(
  tx: EntityManager,
  repricingId: string,
  changes: readonly Change[],
): Promise<void> {
  const rows = changes.map((change) =>
    Object.fromEntries(COLUMNS.map(([name, , valueOf]) => [name, valueOf(change)])),
  );
  const parameter = JSON.stringify(rows, (_, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
  await tx.query(
    `INSERT INTO ledger_adjustment (repricing_id, ${NAMES})
     SELECT $1, ${NAMES} FROM json_to_recordset($2::json) AS change (${TYPED})`,
    [repricingId, parameter],
  );
}
