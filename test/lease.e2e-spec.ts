import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseOptions, openDatabase } from '../src/database/index.js';
import { LeaseLostError, LeaseService } from '../src/lease/index.js';
import { freshDatabase, type TestDatabase } from './support/database.js';

describe('leases', () => {
  let database: TestDatabase;
  let source: DataSource;
  /** Two services on one database are two processes, as far as leases go. */
  let here: LeaseService;
  let elsewhere: LeaseService;
  const patient = new AbortController().signal;

  beforeAll(async () => {
    database = await freshDatabase();
    source = await openDatabase(
      databaseOptions({ url: database.env.DATABASE_URL, dataDir: database.env.DATA_DIR }),
    );
    here = new LeaseService(source);
    elsewhere = new LeaseService(source);
  });
  afterAll(async () => {
    await source.destroy();
    await database.drop();
  });

  const held = () => source.query('SELECT name FROM lease');

  it('are held by one at a time, over processes', async () => {
    let inside = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++inside);
      await sleep(5);
      inside -= 1;
    };
    await Promise.all(
      Array.from({ length: 10 }, (_, n) => (n % 2 ? here : elsewhere).hold('one', patient, work)),
    );
    expect(most).toBe(1);
    expect(await held()).toEqual([]);
  });

  it('are given back when the work fails, and with the transaction when it does not', async () => {
    await expect(
      here.hold('fails', patient, () => Promise.reject(new Error('broken'))),
    ).rejects.toThrow('broken');
    await here.hold('commits', patient, (lease) => source.transaction((tx) => lease.releaseIn(tx)));
    expect(await held()).toEqual([]);
  });

  it('are given back when the transaction that released them is rolled back', async () => {
    const work = here.hold('rolls back', patient, (lease) =>
      source.transaction(async (tx) => {
        await lease.releaseIn(tx);
        throw new Error('undone');
      }),
    );
    await expect(work).rejects.toThrow('undone');
    expect(await held()).toEqual([]);
  });

  it('of a dead holder run out, and the next one takes over', async () => {
    await source.query(
      `INSERT INTO lease VALUES ('dead', gen_random_uuid(), now() - interval '1 second')`,
    );
    await expect(here.hold('dead', patient, async () => 'taken')).resolves.toBe('taken');
  });

  it('that ran out stop the commit of who still believes to hold them', async () => {
    const work = here.hold('lost', patient, async (lease) => {
      await source.query(`UPDATE lease SET token = gen_random_uuid() WHERE name = 'lost'`);
      await source.transaction((tx) => lease.releaseIn(tx));
    });
    await expect(work).rejects.toThrow(LeaseLostError);
    await source.query('DELETE FROM lease');
  });

  it('are waited for no longer than the caller likes, and the queue goes on', async () => {
    const impatient = new AbortController();
    const order: string[] = [];
    const first = here.hold('queue', patient, async () => {
      await sleep(50);
      order.push('first');
    });
    const second = here.hold('queue', impatient.signal, async () => order.push('second'));
    const third = here.hold('queue', patient, async () => order.push('third'));
    impatient.abort(new Error('left'));
    await expect(second).rejects.toThrow('left');
    await Promise.all([first, third]);
    expect(order).toEqual(['first', 'third']);
  });

  it('that another process holds are waited for, and given up on abort', async () => {
    const stop = new AbortController();
    const holding = elsewhere.hold('far', patient, () => sleep(150));
    await sleep(20);
    const waiting = here.hold('far', stop.signal, async () => 'never');
    setTimeout(() => stop.abort(new Error('left')), 30);
    await expect(waiting).rejects.toThrow('left');
    await holding;
    await expect(here.hold('far', patient, async () => 'now')).resolves.toBe('now');
  });
});
