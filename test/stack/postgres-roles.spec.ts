import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startFakeProvider } from '../../demo/fake-provider/index.ts';
import { readQueries } from '../../stack/check/dashboard-queries.ts';
import { fillIn } from '../../stack/check/fill-in.ts';
import { postgresBinaries } from '../support/postgres-binaries.js';
import { type PostgresServer, startPostgres } from '../support/postgres-server.js';
import { ServiceProcess } from '../support/service-process.js';
import { ROOT } from './support/files.js';

/** A real server, set up by the script that docker-compose gives to the PostgreSQL image. */
let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres();
  // As the image's entrypoint does it.
  const words = [
    '-v',
    'ON_ERROR_STOP=1',
    '--no-psqlrc',
    '-f',
    'postgres/init/roles.sql',
    server.url,
  ];
  execFileSync(join(postgresBinaries(), 'psql'), words, {
    cwd: ROOT,
    env: { SPANLEDGER_DB_PASSWORD: 'app-secret', GRAFANA_DB_PASSWORD: 'reader-secret' },
  });
  await callOnce();
  // What a later version's migration may do.
  await query(urlOf('spanledger', 'app-secret'), [
    'CREATE TABLE added_later AS SELECT 1 AS n',
    'CREATE VIEW view_of_later AS SELECT n + 1 AS n FROM added_later',
  ]);
});

/** The service as it runs in compose: no superuser, and nowhere to write but its database. */
async function callOnce(): Promise<void> {
  const provider = await startFakeProvider();
  const service = await ServiceProcess.start({
    DATABASE_URL: urlOf('spanledger', 'app-secret'),
    DATA_DIR: '/dev/null/nowhere',
    ANTHROPIC_API_KEY: 'any',
    ANTHROPIC_BASE_URL: provider.url,
  });
  const { status } = await service.post('/chat', { message: 'Hello' });
  expect(status).toBe(200);
  await service.end('SIGTERM');
  await provider.close();
}

afterAll(async () => {
  await ServiceProcess.killAll();
  await server.stop();
});

describe('the reader of the ledger', () => {
  it('reads every table that the migrations made', async () => {
    const tables = await asReader<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`,
    );
    expect(tables.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['ledger_entry', 'lease']),
    );
    for (const { name } of tables) await asReader(`SELECT * FROM ${name}`);
    // What keys are checked by is nothing to look at.
    expect(tables.map(({ name }) => name)).not.toContain('api_key');
    expect(await asReader('SELECT cost_status FROM ledger_entry')).toEqual([
      { cost_status: 'priced' },
    ]);
  });

  it('is answered what the dashboards ask', async () => {
    const panels = readQueries(ROOT).filter(({ server: of }) => of === 'ledger');
    expect(panels.length).toBeGreaterThan(10);
    for (const { text } of panels) {
      await asReader(fillIn(text, { rangeSeconds: 60, rateInterval: '10s' }));
    }
  });

  it('reads tables and views that come later', async () => {
    expect(await asReader('SELECT n FROM added_later')).toEqual([{ n: 1 }]);
    expect(await asReader('SELECT n FROM view_of_later')).toEqual([{ n: 2 }]);
  });

  it.each([
    `INSERT INTO lease VALUES ('x', gen_random_uuid(), now())`,
    'SELECT secret_hash FROM api_key',
    'UPDATE added_later SET n = 2',
    'DELETE FROM added_later',
    'TRUNCATE added_later',
    'DROP TABLE added_later',
    'CREATE TABLE mine (n int)',
    'CREATE TEMPORARY TABLE mine (n int)',
    'ALTER ROLE grafana_reader SUPERUSER',
    'SET ROLE spanledger',
    `SELECT pg_read_file('/etc/passwd')`,
    `COPY (SELECT 1) TO PROGRAM 'true'`,
  ])('may not: %s', async (statement) => {
    await expect(asReader(statement)).rejects.toThrow(/permission denied|read-only|must be/);
    // Read-only is a default that whoever sends SQL can take back; the privileges are not.
    const insisting = asReader('SET default_transaction_read_only = off', statement);
    await expect(insisting).rejects.toThrow(/permission denied|must be/);
  });

  it('is stopped after half a minute', async () => {
    expect(await asReader('SHOW statement_timeout')).toEqual([{ statement_timeout: '30s' }]);
  });

  it.each([
    ['grafana_reader', 'reader-secret'],
    ['spanledger', 'app-secret'],
  ])('%s has no power over the server', async (user, password) => {
    const powers = await query(urlOf(user, password), [
      `SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication FROM pg_roles
       WHERE rolname = current_user`,
    ]);
    expect(Object.values(powers[0] ?? {})).toEqual([false, false, false, false]);
  });
});

function urlOf(user: string, password: string): string {
  const url = new URL(server.url);
  Object.assign(url, { username: user, password, pathname: '/spanledger' });
  return url.href;
}

function asReader<Row extends object>(...statements: string[]): Promise<Row[]> {
  return query<Row>(urlOf('grafana_reader', 'reader-secret'), statements);
}

/** Runs them one after the other on one connection, and gives the rows of the last. */
async function query<Row extends object>(url: string, statements: string[]): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    let rows: Row[] = [];
    for (const statement of statements) rows = (await client.query<Row>(statement)).rows;
    return rows;
  } finally {
    await client.end();
  }
}
