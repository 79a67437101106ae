import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PoolClient } from 'pg';
import { PglitePool } from './pglite-pool.js';
import { upkeep } from './pglite-upkeep.js';

let pool: PglitePool;
beforeAll(async () => {
  pool = new PglitePool({ dataDir: 'memory://', idleLimitMs: 5_000 });
  await pool.query('CREATE TABLE item (id int PRIMARY KEY, name text)');
}, 30_000);

describe('PglitePool, used like the pool of pg', () => {
  it('takes text, text with values, and config objects', async () => {
    expect((await pool.query('SELECT 1 AS a')).rows).toEqual([{ a: 1 }]);
    expect((await pool.query('SELECT $1::int AS a', [2])).rows).toEqual([{ a: 2 }]);
    const config = { text: 'SELECT $1::int AS a', values: [3], rowMode: 'array' as const };
    expect((await pool.query(config)).rows).toEqual([[3]]);
  });

  it('keeps named statements between queries', async () => {
    const named = { name: 'by-id', text: 'SELECT $1::int + 1 AS next' };
    expect((await pool.query({ ...named, values: [1] })).rows).toEqual([{ next: 2 }]);
    expect((await pool.query({ ...named, values: [2] })).rows).toEqual([{ next: 3 }]);
  });

  it('answers callbacks', async () => {
    const rows = await new Promise((resolve, reject) => {
      pool.connect((error, client, release) => {
        if (!client) return reject(error);
        client.query('SELECT 1 AS a', (fault: Error | null, result) => {
          release();
          if (fault) reject(fault);
          else resolve(result.rows);
        });
      });
    });
    expect(rows).toEqual([{ a: 1 }]);
  });

  it('reports command and row count', async () => {
    const result = await pool.query("INSERT INTO item VALUES (1, 'a'), (2, 'b')");
    expect(result).toMatchObject({ command: 'INSERT', rowCount: 2 });
  });

  it('passes notices on', async () => {
    const client = await pool.connect();
    const notices: (string | undefined)[] = [];
    client.on('notice', ({ message }) => notices.push(message));
    await client.query("DO $$ BEGIN RAISE NOTICE 'mind the gap'; END $$");
    client.release();
    expect(notices).toEqual(['mind the gap']);
  });

  it('has one session, and lends it again after a failed statement', async () => {
    const session = 'SELECT pg_backend_pid() AS pid';
    const before = await pool.query(session);
    await expect(pool.query('SELECT 1 / 0')).rejects.toMatchObject({ code: '22012' });
    expect((await pool.query(session)).rows).toEqual(before.rows);
    expect(pool.totalCount).toBe(1);
  });

  it('throws when a client is given back twice, as pg does', async () => {
    const client = await pool.connect();
    client.release();
    expect(() => client.release()).toThrow('given back twice');
  });
});

describe('upkeep', () => {
  it('vacuums and analyses what has changed, and shortens the log', async () => {
    await pool.query("INSERT INTO item SELECT i, 'x' FROM generate_series(10, 3000) AS i");
    await pool.query('DELETE FROM item WHERE id > 1000');
    // Counters are handed in once a second; here, with the next statement.
    await pool.query('SELECT pg_stat_force_next_flush()');
    const redo = 'SELECT redo_lsn FROM pg_control_checkpoint()';
    const before = await pool.query(redo);

    await upkeep(pool);

    const { rows } = await pool.query("SELECT reltuples FROM pg_class WHERE relname = 'item'");
    // Ids 1, 2 and 10 to 1000.
    expect(rows).toEqual([{ reltuples: 993 }]);
    expect((await pool.query(redo)).rows).not.toEqual(before.rows);
  });
});

describe('closing the pool', () => {
  let late: Promise<unknown>;
  let closed: Promise<void>;
  let client: PoolClient;
  beforeAll(async () => {
    client = await pool.connect();
    late = pool.query('SELECT 1').catch((error: unknown) => error);
    closed = pool.end();
  });
  afterAll(() => closed);

  it('lets the client that has the session finish', async () => {
    expect((await client.query('SELECT 1 AS a')).rows).toEqual([{ a: 1 }]);
    client.release();
    await closed;
  });

  it('turns away those who wait, and those who come', async () => {
    expect(String(await late)).toContain('The database is closing');
    await expect(pool.query('SELECT 1')).rejects.toThrow();
  });
});
