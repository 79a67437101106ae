import pg from 'pg';
import type { Outcome } from '../../demo/traffic/index.ts';
import { toldBy } from './load.ts';

interface Booked {
  readonly trace_id: string;
  readonly calls: number;
  readonly usd: string;
}

/** Asks the ledger's database. */
export type Query = <Row>(sql: string) => Promise<Row[]>;

/** Where the ledger and what clients were told differ; empty when all is well. */
export async function differences(
  query: Query,
  acknowledged: readonly Outcome[],
): Promise<string[]> {
  const rows = await query<Booked>(
    `SELECT trace_id, count(*)::int AS calls, (sum(cost_total) / 1e12)::text AS usd
     FROM ledger_entry WHERE status = 'ok' GROUP BY trace_id`,
  );
  const twice = await query<{ response_id: string }>(
    'SELECT response_id FROM ledger_entry GROUP BY provider, response_id HAVING count(response_id) > 1',
  );
  const byTrace = new Map(rows.map((row) => [row.trace_id, row]));
  return [
    ...twice.map(({ response_id }) => `${response_id} is booked twice`),
    ...acknowledged.flatMap((outcome) => differenceOf(outcome, byTrace.get(outcome.traceId))),
  ];
}

/** Each by a connection of its own: the server may have gone in between. */
export function queryOf(databaseUrl: string): Query {
  return async (sql) => {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  };
}

function differenceOf(outcome: Outcome, booked: Booked | undefined): string[] {
  const told = toldBy(outcome);
  if (!booked) return [`${outcome.traceId}: ${told.usd} was told, nothing is booked`];
  if (booked.calls === told.calls && Number(booked.usd) === Number(told.usd)) return [];
  return [
    `${outcome.traceId}: ${JSON.stringify(told)} was told, ${JSON.stringify(booked)} is booked`,
  ];
}
