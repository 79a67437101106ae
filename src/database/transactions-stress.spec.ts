import type { DataSource, EntityManager } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DatabaseService } from './database.service.js';
import { kinds, openTestDatabase } from './testing/open-test-database.js';

const ACCOUNTS = 8;
const START = 1_000;
const WORKERS = 24;
const ROUNDS = 30;

/** Fails the transaction on purpose. */
class Change extends Error {}

/** Takes money, books it, and brings it elsewhere; every other one breaks in between. */
async function transfer(manager: EntityManager, round: number): Promise<void> {
  const [from, to] = [(round % ACCOUNTS) + 1, ((round * 3 + 1) % ACCOUNTS) + 1];
  await manager.query('SELECT 1 FROM account WHERE id IN ($1, $2) ORDER BY id FOR UPDATE', [
    from,
    to,
  ]);
  await manager.query('UPDATE account SET balance = balance - 7 WHERE id = $1', [from]);
  await manager.query('INSERT INTO transfer (amount) VALUES (7)');
  if (round % 4 === 1) throw new Change();
  if (round % 4 === 2) await manager.query('INSERT INTO account VALUES ($1, 0)', [to]);
  if (round % 4 === 3) await manager.query('SELECT pg_sleep(0.001)');
  await manager.query('UPDATE account SET balance = balance + 7 WHERE id = $1', [to]);
}

describe.each(kinds)('transfers between accounts in the %s database', (kind) => {
  let database: DataSource;
  beforeAll(async () => {
    database = await openTestDatabase(kind);
    await database.query('DROP TABLE IF EXISTS account, transfer');
    await database.query(
      'CREATE TABLE account (id int PRIMARY KEY, balance int CHECK (balance >= 0))',
    );
    await database.query('CREATE TABLE transfer (id serial PRIMARY KEY, amount int)');
    await database.query(
      'INSERT INTO account SELECT id, $1 FROM generate_series(1, $2::int) AS id',
      [START, ACCOUNTS],
    );
  }, 30_000);
  afterAll(() => database.destroy());

  const total = async (): Promise<number> => {
    const rows = await database.query('SELECT sum(balance)::int AS total FROM account');
    return (rows as { total: number }[])[0]?.total ?? 0;
  };

  it('never lose money, and book exactly what was acknowledged', async () => {
    const service = new DatabaseService(database);
    let acknowledged = 0;
    const unexpected: unknown[] = [];
    const sums: number[] = [];
    const worker = async (_: unknown, index: number): Promise<void> => {
      for (let round = 0; round < ROUNDS; round++) {
        try {
          await service.transaction((manager) => transfer(manager, index + round));
          acknowledged++;
        } catch (error) {
          const planned = error instanceof Change || (error as { code?: string }).code === '23505';
          if (!planned) unexpected.push(error);
        }
        if (round % 10 === 0) sums.push(await total());
      }
    };
    await Promise.all(Array.from({ length: WORKERS }, worker));

    expect(unexpected).toEqual([]);
    expect(new Set(sums)).toEqual(new Set([ACCOUNTS * START]));
    expect(await total()).toBe(ACCOUNTS * START);
    // Half of the 24 x 30 rounds fail on purpose: 360 are left.
    expect(acknowledged).toBe(360);
    expect(await database.query('SELECT count(*)::int AS count FROM transfer')).toEqual([
      { count: acknowledged },
    ]);
  }, 30_000);
});
