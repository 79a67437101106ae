/** What usage can be grouped by, and its column. */
export const DIMENSIONS = {
  model: 'model',
  provider: 'provider',
  user: 'user_id',
  workflow_type: 'workflow_type',
  conversation: 'conversation_id',
  agent: 'agent_name',
  api_key: 'api_key_id',
  day: startOf('day'),
} as const;

export type Dimension = keyof typeof DIMENSIONS;

/** Those that calls can be chosen by. */
export const FILTERS = [
  'model',
  'provider',
  'user',
  'workflow_type',
  'conversation',
  'agent',
  'api_key',
] as const satisfies readonly Dimension[];

export type Filters = Partial<Record<(typeof FILTERS)[number], readonly string[]>>;

/** Lengths of time that a report can be cut into; all in UTC, weeks from Monday. */
export const BUCKETS = ['hour', 'day', 'week', 'month'] as const;

export type Bucket = (typeof BUCKETS)[number];

/** When the time begins that the column `at` is in. For millions of rows, so without a time zone's rules. */
export function startOf(bucket: Bucket): string {
  if (bucket === 'month') return `date_trunc('month', at, 'UTC')`;
  // A Monday.
  return `date_bin('1 ${bucket}', at, '1970-01-05T00:00:00Z'::timestamptz)`;
}
