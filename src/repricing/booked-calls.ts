import type { EntityManager } from 'typeorm';
import { chosenBy, type Filters } from '../ledger/index.js';
import type { BookedCall } from './booked-call.js';

/** Which entries a re-pricing is about; times are ISO 8601, as the run's row keeps them. */
export interface Selection extends Filters {
  readonly from?: string;
  readonly to?: string;
  readonly cost_status?: readonly string[];
}

export interface IdRange {
  readonly after: string;
  readonly upTo: string;
  readonly limit: number;
}

/** Entries of the selection in the order of their ids. */
export async function readBookedCalls(
  manager: EntityManager,
  { from, to, cost_status, ...filters }: Selection,
  { after, upTo, limit }: IdRange,
): Promise<BookedCall[]> {
  const parameters: unknown[] = [after, upTo, limit];
  const bind = (value: unknown) => `$${parameters.push(value)}`;
  const conditions = [
    from && ` AND started_at >= ${bind(from)}`,
    to && ` AND started_at < ${bind(to)}`,
    cost_status && ` AND cost_status = ANY (${bind(cost_status)})`,
    chosenBy(filters, bind),
  ];
  return manager.query(
    `SELECT ${COLUMNS.join(', ')}
     FROM (SELECT *, coalesce(response_model, request_model) AS model FROM ledger_current) AS entry
     WHERE id > $1 AND id <= $2${conditions.filter(Boolean).join('')}
     ORDER BY id LIMIT $3`,
    parameters,
  );
}

/** The newest entry: what is booked later has today's price already. */
export async function newestEntry(manager: EntityManager): Promise<string> {
  const [row]: Array<{ id: string }> = await manager.query(
    'SELECT coalesce(max(id), 0) AS id FROM ledger_entry',
  );
  return row?.id ?? '0';
}

const COLUMNS = [
  'id',
  'revision',
  'provider',
  'model',
  'service_tier',
  'status',
  'started_at',
  'input_tokens',
  'cache_read_tokens',
  'cache_write_5m_tokens',
  'cache_write_1h_tokens',
  'output_tokens',
  'reasoning_tokens',
  'web_searches',
  'usage_details',
  'cost_status',
  'cost_total',
  'cost_input',
  'cost_cache_read',
  'cost_cache_write_5m',
  'cost_cache_write_1h',
  'cost_output',
  'cost_reasoning',
  'cost_requests',
  'price_id',
  'catalogue_version',
] satisfies ReadonlyArray<keyof BookedCall>;
