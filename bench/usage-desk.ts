import type { DataSource } from 'typeorm';

/** A file of the built service: its sources have decorators, which Node does not run by itself. */
async function built<Exports>(path: string): Promise<Exports> {
  return (await import(new URL(`../dist/${path}.js`, import.meta.url).href)) as Exports;
}

const { databaseOptions, openDatabase } =
  await built<typeof import('../src/database/index.js')>('database/index');
const { UsageSums } =
  await built<typeof import('../src/ledger/usage/usage-sums.js')>('ledger/usage/usage-sums');
const { usageQuery } = await built<typeof import('../src/ledger/usage/usage.schema.js')>(
  'ledger/usage/usage.schema',
);
const { UsageService } = await built<typeof import('../src/ledger/usage/usage.service.js')>(
  'ledger/usage/usage.service',
);

export interface UsageDesk {
  /** Adds up what the ledger holds. */
  addUp(): Promise<void>;
  fill(entries: number): Promise<void>;
  report(query: object): Promise<unknown>;
  /** What the ledger and its sums take, in words. */
  size(): Promise<string>;
  close(): Promise<void>;
}

/** Usage on a database, as a process of the service has it, without HTTP. */
export async function openUsage(url: string): Promise<UsageDesk> {
  const dataSource: DataSource = await openDatabase(databaseOptions({ url, dataDir: '' }));
  const usage = new UsageService(dataSource);
  const sums = new UsageSums(dataSource);
  return {
    addUp: () => sums.catchUp(),
    fill: async (entries) => {
      await dataSource.query(FILL, [entries]);
      await dataSource.query('VACUUM ANALYZE ledger_entry');
    },
    report: (query) => usage.report(usageQuery.parse(query)),
    size: async () => {
      await dataSource.query('VACUUM ANALYZE usage_hour');
      const [row]: Array<Record<string, string>> = await dataSource.query(
        `SELECT pg_size_pretty(pg_table_size('ledger_entry')) AS ledger,
           pg_size_pretty(pg_table_size('usage_hour')) AS sums, count(*) AS rows FROM usage_hour`,
      );
      return `${row?.['rows']} sums of ${row?.['sums']}, a ledger of ${row?.['ledger']}`;
    },
    close: () => dataSource.destroy(),
  };
}

const FILL = `
  INSERT INTO ledger_entry (booking_key, provider, operation, request_model, response_model,
    response_id, status, input_tokens, cache_read_tokens, cache_write_5m_tokens,
    cache_write_1h_tokens, output_tokens, reasoning_tokens, web_searches, cost_status, cost_input,
    cost_cache_read, cost_cache_write_5m, cost_cache_write_1h, cost_output, cost_reasoning,
    cost_requests, cost_total, price_id, price_source, catalogue_version, user_id, conversation_id,
    turn_number, workflow_type, tags, metadata, trace_id, span_id, started_at, duration_ms)
  SELECT 'anthropic msg_' || n, 'anthropic', 'chat', model, model, 'msg_' || n,
    CASE WHEN n % 50 = 0 THEN 'error' ELSE 'ok' END, tokens, 0, 0, 0, tokens / 4, 0, 0,
    CASE WHEN n % 97 = 0 THEN 'unpriced' ELSE 'priced' END,
    cost, 0, 0, 0, cost, 0, 0, CASE WHEN n % 97 = 0 THEN NULL ELSE 2 * cost END,
    'anthropic/' || model, 'catalogue', '0.1.8', 'user-' || conversation % 2000,
    'conv_' || conversation, n % 5 + 1, CASE WHEN n % 3 = 0 THEN 'type-' || n % 12 END,
    '[]', '{}', md5(n::text), left(md5(n::text), 16),
    now() - interval '90 days' * (1 - conversation / ($1::float8 / 5)) + interval '20 s' * (n % 5),
    1000
  FROM (
    SELECT n, n / 5 AS conversation, 'model-' || (n / 5) % 20 AS model,
      (n::bigint * 7919) % 4000 AS tokens, ((n::bigint * 7919) % 4000) * 3000000 AS cost
    FROM generate_series(1, $1::int) AS n) AS call`;
