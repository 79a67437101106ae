import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { LeaseLostError, type Lease } from './lease.js';
import { Turnstile } from './turnstile.js';
import { untilAborted } from './until-aborted.js';

/** How long the lease of a dead worker still blocks its name. */
const LEASE_MS = 20_000;
/** Renewed well before it runs out, so that one slow renewal loses nothing. */
const RENEW_MS = LEASE_MS / 4;
/** Waits between looks at a name that another process holds: short at first, then patient. */
const FIRST_WAIT_MS = 20;
const LONGEST_WAIT_MS = 320;
/** Between tries to give a name back to a database that is away. */
const FIRST_RETRY_MS = 50;
const LONGEST_RETRY_MS = 1_000;

/**
 * Hands out names, one holder each, over all workers that share the database.
 *
 * Order is first come, first served within a process; between processes it is whoever looks
 * first after the name is free.
 */
@Injectable()
export class LeaseService {
  readonly #turnstile = new Turnstile();

  constructor(private readonly dataSource: DataSource) {}

  /**
   * Waits for the name, does the work while holding it, gives it back.
   *
   * @param stop ends the waiting: its reason is thrown. Give one that has a deadline.
   */
  async hold<T>(name: string, stop: AbortSignal, work: (lease: Lease) => Promise<T>): Promise<T> {
    const leave = await this.#enter(name, stop);
    try {
      const token = await this.#take(name, stop);
      const renewal = setInterval(() => void this.#renew(name, token), RENEW_MS).unref();
      let released = false;
      try {
        const result = await work({
          releaseIn: async (transaction) => {
            released = await remove(transaction, name, token);
            if (!released) throw new LeaseLostError(name);
          },
        });
        if (!released) await this.#giveBack(name, token);
        return result;
      } catch (error) {
        // Also after releaseIn: its transaction was rolled back, so the row is there again.
        await this.#giveBack(name, token);
        throw error;
      } finally {
        clearInterval(renewal);
      }
    } finally {
      leave();
    }
  }

  async #enter(name: string, stop: AbortSignal): Promise<() => void> {
    const entered = this.#turnstile.enter(name);
    try {
      return await untilAborted(entered, stop);
    } catch (error) {
      // Whoever gives up still stands in the queue: let the next one pass when it is its turn.
      void entered.then((leave) => leave());
      throw error;
    }
  }

  async #take(name: string, stop: AbortSignal): Promise<string> {
    const token = randomUUID();
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
      stop.throwIfAborted();
      if (await this.#took(name, token)) return token;
      await sleep(wait, undefined, { signal: stop }).catch(() => stop.throwIfAborted());
    }
  }

  async #took(name: string, token: string): Promise<boolean> {
    try {
      const taken: unknown[] = await this.dataSource.query(
        `INSERT INTO lease (name, token, expires_at)
         VALUES ($1, $2, now() + $3 * interval '1 ms')
         ON CONFLICT (name) DO UPDATE SET token = excluded.token, expires_at = excluded.expires_at
         WHERE lease.expires_at < now()
         RETURNING token`,
        [name, token, LEASE_MS],
      );
      return taken.length > 0;
    } catch (error) {
      // It may have been taken all the same: then nobody would know who holds it.
      void this.#giveBackLater(name, token);
      throw error;
    }
  }

  /** A renewal that fails is no error yet: the next may succeed, and the commit decides. */
  async #renew(name: string, token: string): Promise<void> {
    await this.dataSource
      .query(
        `UPDATE lease SET expires_at = now() + $3 * interval '1 ms' WHERE name = $1 AND token = $2`,
        [name, token, LEASE_MS],
      )
      .catch(() => undefined);
  }

  /** Never throws, and keeps nobody waiting for a database that is away. */
  async #giveBack(name: string, token: string): Promise<void> {
    if (!(await this.#gaveBack(name, token))) void this.#giveBackLater(name, token);
  }

  /** A row that could not be removed runs out by itself, but until then it blocks its name. */
  async #giveBackLater(name: string, token: string): Promise<void> {
    const end = performance.now() + LEASE_MS;
    for (let wait = FIRST_RETRY_MS; performance.now() < end; wait *= 2) {
      await sleep(Math.min(wait, LONGEST_RETRY_MS), undefined, { ref: false });
      if (await this.#gaveBack(name, token)) return;
    }
  }

  async #gaveBack(name: string, token: string): Promise<boolean> {
    return remove(this.dataSource.manager, name, token).then(
      () => true,
      () => false,
    );
  }
}

async function remove(manager: EntityManager, name: string, token: string): Promise<boolean> {
  const [, removed]: [unknown[], number] = await manager.query(
    'DELETE FROM lease WHERE name = $1 AND token = $2',
    [name, token],
  );
  return removed === 1;
}
