import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource, QueryRunner } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabase } from './testing/open-test-database.js';

const IDLE_LIMIT_MS = 400;

let database: DataSource;
beforeAll(async () => {
  database = await openTestDatabase('embedded', { idleInTransactionTimeoutMs: IDLE_LIMIT_MS });
  await database.query('CREATE TABLE note (text text PRIMARY KEY)');
}, 30_000);
afterAll(() => database.destroy());
beforeEach(() => database.query('TRUNCATE note'));

const add = 'INSERT INTO note VALUES ($1)';
const notes = async (): Promise<string[]> => {
  const rows: { text: string }[] = await database.query('SELECT text FROM note ORDER BY text');
  return rows.map(({ text }) => text);
};
async function begin(): Promise<QueryRunner> {
  const runner = database.createQueryRunner();
  await runner.startTransaction();
  return runner;
}

describe('transactions that meet in the embedded database', () => {
  it('keep a commit that was acknowledged while another was open and failed', async () => {
    const failing = await begin();
    await failing.query(add, ['rolled back']);
    const other = database.transaction((manager) => manager.query(add, ['committed']));
    await sleep(20);
    await failing.rollbackTransaction();
    await failing.release();
    await other;
    expect(await notes()).toEqual(['committed']);
  });

  it('show nothing of themselves to others before the commit', async () => {
    const writer = await begin();
    await writer.query(add, ['a']);
    const seen = notes();
    await writer.commitTransaction();
    await writer.release();
    expect(await seen).toEqual(['a']);
  });

  it('are served in the order of asking', async () => {
    const holder = await begin();
    const order: number[] = [];
    const waiting = [1, 2, 3, 4].map(async (n) => {
      const runner = await begin();
      order.push(n);
      await runner.commitTransaction();
      await runner.release();
    });
    await holder.rollbackTransaction();
    await holder.release();
    await Promise.all(waiting);
    expect(order).toEqual([1, 2, 3, 4]);
  });

  it('are undone when their connection is given back without an end', async () => {
    const careless = await begin();
    await careless.query(add, ['forgotten']);
    await careless.release();
    expect(await notes()).toEqual([]);
  });

  it('leave no settings, prepared statements or temporary tables to the next one', async () => {
    const careless = await begin();
    await careless.query("SET application_name = 'mine'");
    await careless.query('CREATE TEMP TABLE mine (id int)');
    await careless.query('SELECT pg_advisory_lock(1)');
    await careless.release();
    expect(await database.query('SHOW application_name')).not.toEqual([
      { application_name: 'mine' },
    ]);
    await expect(database.query('SELECT * FROM mine')).rejects.toMatchObject({ code: '42P01' });
    expect(
      await database.query("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"),
    ).toEqual([{ count: '0' }]);
  });

  it('hold what a savepoint kept', async () => {
    await database.transaction(async (outer) => {
      await outer.query(add, ['outer']);
      await outer
        .transaction(async (inner) => {
          await inner.query(add, ['inner']);
          await inner.query(add, ['inner']);
        })
        .catch(() => undefined);
    });
    expect(await notes()).toEqual(['outer']);
  });
});

describe('a transaction that is left open', () => {
  it('is rolled back after the limit, and others go on', async () => {
    const idle = await begin();
    await idle.query(add, ['left open']);
    expect(await notes()).toEqual([]);
    await idle.release();
  });

  it('learns of it at its next statement, with the code of a PostgreSQL server', async () => {
    const idle = await begin();
    await database.query('SELECT 1');
    const error = await idle.query('SELECT 1').catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: '25P03' });
    expect(String(error)).toContain('rolled back');
    await expect(idle.commitTransaction()).rejects.toMatchObject({ code: '25P03' });
    await idle.release();
  });

  it('cannot reach into the transaction that came after it', async () => {
    const idle = await begin();
    await sleep(IDLE_LIMIT_MS + 100);
    const next = await begin();
    await next.query(add, ['next']);
    await expect(idle.rollbackTransaction()).rejects.toMatchObject({ code: '25P03' });
    await idle.release();
    await next.commitTransaction();
    await next.release();
    expect(await notes()).toEqual(['next']);
  });

  it('is not taken for one that works for a long time', async () => {
    const busy = await begin();
    for (let i = 0; i < 3; i++) {
      await busy.query('SELECT pg_sleep(0.25)');
      await sleep(100);
    }
    await busy.query(add, ['worked']);
    await busy.commitTransaction();
    await busy.release();
    expect(await notes()).toEqual(['worked']);
  });
});

describe('the embedded database', () => {
  it('does not hold up the event loop while a statement runs', async () => {
    let ticks = 0;
    const clock = setInterval(() => ticks++, 10);
    await database.query('SELECT pg_sleep(0.3)');
    clearInterval(clock);
    expect(ticks).toBeGreaterThan(5);
  });

  it('takes many statements and failures at once without losing count', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 200 }, (_, i) => database.query(add, [`${i % 100}`])),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(100);
    expect(await notes()).toHaveLength(100);
  });
});
