import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { PoolClient } from 'pg';
import { DataSource, type EntityManager, type QueryRunner } from 'typeorm';
import { isConflict, isConnectionLoss } from './database-errors.js';
import { kindOf } from './database-kind.js';
import type { DatabaseKind } from './database-settings.js';

/** Tries of one transaction, the first included. */
const MAX_TRIES = 5;
/** Doubled with each try: 0.2 s in all for a conflict, about 3 s for a server that restarts. */
const CONFLICT_PAUSE_MS = 10;
const OUTAGE_PAUSE_MS = 100;

/** What the service needs of its database beyond repositories. */
@Injectable()
export class DatabaseService {
  readonly kind: DatabaseKind;
  #ping: Promise<boolean> | undefined;

  constructor(private readonly dataSource: DataSource) {
    this.kind = kindOf(dataSource);
  }

  /** For statements outside a transaction: each takes its own connection. */
  get manager(): EntityManager {
    return this.dataSource.manager;
  }

  /**
   * Whether the database answers within `timeoutMs`. Never throws.
   *
   * Callers that ask while a question is still open share it, so that probes do not pile up
   * before a database that hangs.
   */
  async ping(timeoutMs = 1_000): Promise<boolean> {
    this.#ping ??= this.dataSource
      .query('SELECT 1')
      .then(
        () => true,
        () => false,
      )
      .finally(() => (this.#ping = undefined));
    return Promise.race([this.#ping, sleep(timeoutMs, false, { ref: false })]);
  }

  /**
   * Sees to it that what was deleted from the tables is in no file any more, as far as the database
   * is ours: the embedded one keeps deleted rows in its pages and its log until they are written
   * anew. On a server that is its vacuum, its archive and its backups.
   *
   * @param tables names that no caller chooses
   */
  async scrub(...tables: readonly string[]): Promise<void> {
    if (this.kind !== 'embedded') return;
    for (const table of tables) await this.dataSource.query(`VACUUM (FULL, ANALYZE) ${table}`);
    await this.dataSource.query('SELECT pg_switch_wal()');
    await this.dataSource.query('CHECKPOINT');
  }

  /**
   * Runs `work` in one transaction and gives its result after the commit.
   *
   * Tried again, up to five times, when PostgreSQL undid it for another's sake (serialization
   * failure, deadlock) or when the connection was lost before it began: `work` must be free of
   * outside effects. A connection lost later is never tried again, since the commit may have
   * happened; the caller's keys must make a repeat harmless.
   *
   * A statement that failed ends the transaction even if its error is caught: use a savepoint (a
   * nested `manager.transaction`) around what may fail.
   *
   * Do not wait inside for anything but `manager`: the embedded database has one session.
   */
  async transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const runner = this.dataSource.createQueryRunner();
      let begun = false;
      let unitMs: number;
      try {
        await runner.startTransaction();
        begun = true;
        const result = await work(runner.manager);
        await refuseHalf(runner);
        await runner.commitTransaction();
        return result;
      } catch (error) {
        if (runner.isTransactionActive) await rollBack(runner, error);
        if (isConflict(error)) unitMs = CONFLICT_PAUSE_MS;
        else if (!begun && isConnectionLoss(error)) unitMs = OUTAGE_PAUSE_MS;
        else throw error;
        if (attempt === MAX_TRIES) throw error;
      } finally {
        await runner.release();
      }
      // Spread out, so that the losers of one conflict do not meet again.
      await sleep(unitMs * 2 ** attempt * (0.5 + Math.random() / 2));
    }
  }
}

/**
 * Nothing is said to a server that does not answer: the caller would wait for a second limit. The
 * pool closes what comes back in the middle of a transaction, and that undoes it as well.
 */
async function rollBack(runner: QueryRunner, error: unknown): Promise<void> {
  if (!isConnectionLoss(error)) await runner.rollbackTransaction().catch(() => undefined);
}

/**
 * PostgreSQL answers COMMIT with a rollback, and no error, when a statement of the transaction has
 * failed. Whoever caught that statement's error would believe the rest to be stored.
 */
async function refuseHalf(runner: QueryRunner): Promise<void> {
  const client: PoolClient = await runner.connect();
  if (client.getTransactionStatus() === 'E') {
    throw new Error('A statement of this transaction failed, so nothing of it can be committed');
  }
}
