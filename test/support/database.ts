import { randomUUID } from 'node:crypto';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { databaseOptions, openDatabase } from '../../src/database/index.js';

/** Environment of a service on a database of its own, and how to get rid of it. */
export interface TestDatabase {
  readonly kind: 'embedded' | 'postgres';
  readonly env: { readonly DATA_DIR: string; readonly DATABASE_URL?: string };
  drop(): Promise<void>;
}

/**
 * A fresh database: of the PostgreSQL server that `TEST_DATABASE_URL` names (see
 * `npm run test:postgres`), else an embedded one in a temporary folder.
 */
export async function freshDatabase(): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'spanledger-test-'));
  const removeFolder = () => rm(folder, { recursive: true, force: true });
  const server = process.env.TEST_DATABASE_URL;
  if (!server) {
    const { TEST_EMPTY_DATABASE: empty } = process.env;
    if (empty) await cp(empty, folder, { recursive: true });
    return { kind: 'embedded', env: { DATA_DIR: folder }, drop: removeFolder };
  }

  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await asAdmin(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    kind: 'postgres',
    env: { DATA_DIR: folder, DATABASE_URL: url.href },
    drop: async () => {
      await asAdmin(server, `DROP DATABASE ${name} WITH (FORCE)`);
      await removeFolder();
    },
  };
}

/** Asks the database itself, while no service runs on it. */
export async function queryAtRest<Row>(database: TestDatabase, sql: string): Promise<Row[]> {
  return atRest(database, (source) => source.query(sql));
}

/** The same for several questions: to open an embedded database costs more than they do. */
export async function atRest<Result>(
  { env }: TestDatabase,
  ask: (source: DataSource) => Promise<Result>,
): Promise<Result> {
  const source = await openDatabase(
    databaseOptions({ url: env.DATABASE_URL, dataDir: env.DATA_DIR }),
  );
  try {
    return await ask(source);
  } finally {
    await source.destroy();
  }
}

async function asAdmin(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
