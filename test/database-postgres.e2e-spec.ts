import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  databaseOptions,
  DatabaseService,
  type DatabaseSettings,
  isUnavailable,
  openDatabase,
} from '../src/database/index.js';
import { postgresInstalled } from './support/postgres-binaries.js';
import { type PostgresServer, startPostgres } from './support/postgres-server.js';

class Slow1700000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Longer than the statement limit of the tests below.
    await runner.query('SELECT pg_sleep(0.4)');
    await runner.query('CREATE TABLE note (text text PRIMARY KEY)');
    await runner.query("INSERT INTO note VALUES ('migrated')");
  }

  async down(): Promise<void> {}
}

const installed = postgresInstalled();

describe.runIf(installed)('on a PostgreSQL server', () => {
  let server: PostgresServer;
  let url: string;
  const opened: DataSource[] = [];
  beforeAll(async () => {
    server = await startPostgres();
    url = await server.createDatabase('ledger');
  }, 30_000);
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((database) => database.destroy()));
  });
  afterAll(() => server.stop());

  async function open(settings: Partial<DatabaseSettings> = {}): Promise<DataSource> {
    const options = databaseOptions({ url, dataDir: 'unused', ...settings });
    const database = await openDatabase({ ...options, migrations: [Slow1700000000001] }, 10_000);
    opened.push(database);
    return database;
  }
  const one = [{ one: 1 }];

  it('runs migrations once when several processes start together, however long they take', async () => {
    const databases = await Promise.all([1, 2, 3].map(() => open({ statementTimeoutMs: 200 })));
    expect(await databases[0]?.query('SELECT text FROM note')).toEqual([{ text: 'migrated' }]);
    // Whoever ran them keeps no lock.
    const service = new DatabaseService(databases[1] as DataSource);
    expect(service.kind).toBe('postgres');
    const locks = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory'";
    await expect.poll(() => service.manager.query(locks)).toEqual([]);
  });

  it('says who it is, and limits statements and idle transactions', async () => {
    const database = await open({ statementTimeoutMs: 200, idleInTransactionTimeoutMs: 200 });
    expect(await database.query('SHOW application_name')).toEqual([
      { application_name: 'spanledger' },
    ]);
    await expect(database.query('SELECT pg_sleep(5)')).rejects.toMatchObject({ code: '57014' });

    const idle = database.createQueryRunner();
    await idle.startTransaction();
    await idle.query("INSERT INTO note VALUES ('left open')");
    await sleep(400);
    await expect(idle.query('SELECT 1')).rejects.toThrow();
    await idle.release();
    expect(await database.query('SELECT count(*)::int AS count FROM note')).toEqual([{ count: 1 }]);
  });

  it('undoes a transaction whose connection is given back without an end', async () => {
    const database = await open({ poolSize: 1 });
    const careless = database.createQueryRunner();
    await careless.startTransaction();
    await careless.query("INSERT INTO note VALUES ('forgotten')");
    await careless.release();
    await database.query("INSERT INTO note VALUES ('kept')");
    expect(await database.query('SELECT text FROM note ORDER BY text')).toEqual([
      { text: 'kept' },
      { text: 'migrated' },
    ]);
  });

  it('runs the loser of a deadlock again', async () => {
    const service = new DatabaseService(await open());
    await service.manager.query("INSERT INTO note VALUES ('a'), ('b')");
    let tries = 0;
    const touch = (first: string, second: string): Promise<void> =>
      service.transaction(async (manager) => {
        tries++;
        for (const text of [first, second]) {
          await manager.query('SELECT 1 FROM note WHERE text = $1 FOR UPDATE', [text]);
          await sleep(100);
        }
      });
    await Promise.all([touch('a', 'b'), touch('b', 'a')]);
    expect(tries).toBe(3);
  });

  it('refuses a wrong password at once, without telling it', async () => {
    const wrong = url.replace(/:[^:@]+@/, ':not-this@');
    const error = await open({ url: wrong }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: '28P01' });
    expect(String(error)).not.toContain('not-this');
  });

  it('is unavailable to whoever loses a session between two statements', async () => {
    const service = new DatabaseService(await open({ poolSize: 2 }));
    const lost = service.transaction(async (manager) => {
      const [session]: Array<{ pid: number }> = await manager.query(
        'SELECT pg_backend_pid() AS pid',
      );
      await service.manager.query('SELECT pg_terminate_backend($1, 5000)', [session?.pid]);
      await sleep(100);
      await manager.query('SELECT 1');
    });
    expect(isUnavailable(await lost.catch((error: unknown) => error))).toBe(true);
    expect(await service.manager.query('SELECT 1 AS one')).toEqual(one);
  });

  it('lives through the loss of the server, says so, and goes on when it is back', async () => {
    const service = new DatabaseService(await open());
    expect(await service.ping()).toBe(true);
    let tries = 0;
    const cut = service.transaction(async (manager) => {
      tries++;
      await manager.query("INSERT INTO note VALUES ('cut off')");
      await server.kill9();
      await manager.query('SELECT 1');
    });
    await expect(cut).rejects.toThrow();
    expect(tries).toBe(1);
    expect(await service.ping()).toBe(false);
    await expect(service.manager.query('SELECT 1')).rejects.toThrow('ECONNREFUSED');

    // Started while a caller is already trying: before BEGIN there is nothing to lose.
    const [, rows] = await Promise.all([
      server.restart(),
      service.transaction((manager) => manager.query('SELECT 1 AS one')),
    ]);
    expect(rows).toEqual(one);
    expect(await service.ping()).toBe(true);
    expect(await service.manager.query("SELECT 1 FROM note WHERE text = 'cut off'")).toEqual([]);
  });

  it('waits for a server that is still starting', async () => {
    await server.kill9();
    const [database] = await Promise.all([open(), sleep(400).then(() => server.restart())]);
    expect(await database.query('SELECT 1 AS one')).toEqual(one);
  });
});
