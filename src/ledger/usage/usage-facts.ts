import { DIMENSIONS, FILTERS, type Filters } from './dimensions.js';

const HOUR_MS = 3_600_000;

/** Whom a fact belongs to and what it counts, by the names of `usage_hour` and `usage_fact`. */
export const SUBJECTS = [
  'api_key_id',
  'provider',
  'model',
  'user_id',
  'workflow_type',
  'conversation_id',
  'agent_name',
] as const;

export const MEASURES = [
  'calls',
  'cost',
  'unpriced_calls',
  'partial_calls',
  'free_calls',
  'estimated_calls',
  'failed_calls',
  'input_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'output_tokens',
] as const;

const COLUMNS = [...SUBJECTS, ...MEASURES].join(', ');

export interface FactRange {
  /** First moment counted. */
  readonly from?: Date;
  /** First moment not counted any more. */
  readonly to?: Date;
  readonly filters: Filters;
}

/**
 * A SELECT of everything that was used in a range: whole hours from the sums as far as these go,
 * all else from the ledger. Its column `at` is a moment of the right hour.
 *
 * @param bind adds a parameter of the statement and gives its name, such as `$1`
 */
export function factsIn(
  { from, to, filters }: FactRange,
  bind: (value: unknown) => string,
): string {
  const chosen = chosenBy(filters, bind);
  const between = (start?: Date, end?: Date, column = 'started_at') =>
    [start && `${column} >= ${bind(start)}`, end && `${column} < ${bind(end)}`]
      .filter(Boolean)
      .join(' AND ') || 'true';
  const fromLedger = (time: string, ids?: '>' | '<=') =>
    ['entry', 'adjustment'].map(
      (source) => `SELECT started_at AS at, ${COLUMNS} FROM usage_fact
        WHERE source = '${source}' AND ${time}${chosen}${ids ? ` AND source_id ${ids} ${lastOf(source)}` : ''}`,
    );

  const first = from && new Date(Math.ceil(from.getTime() / HOUR_MS) * HOUR_MS);
  const end = to && new Date(Math.floor(to.getTime() / HOUR_MS) * HOUR_MS);
  // No hour of the range is whole.
  if (first && end && first >= end) return fromLedger(between(from, to)).join(' UNION ALL ');
  const selects = [
    `SELECT hour AS at, ${COLUMNS} FROM usage_hour WHERE ${between(first, end, 'hour')}${chosen}`,
    ...fromLedger(between(from, to), '>'),
  ];
  if (first && from < first) selects.push(...fromLedger(between(from, first), '<='));
  if (end && end < to) selects.push(...fromLedger(between(end, to), '<='));
  return selects.join(' UNION ALL ');
}

/** What a WHERE clause has more, over columns by the names of `DIMENSIONS`. */
export function chosenBy(filters: Filters, bind: (value: unknown) => string): string {
  return FILTERS.flatMap((name) => {
    const values = filters[name];
    return values ? [` AND ${DIMENSIONS[name]} = ANY (${bind(values)})`] : [];
  }).join('');
}

/** How far the sums go. */
function lastOf(source: string): string {
  return `(SELECT last_id FROM usage_progress WHERE source = '${source}')`;
}
