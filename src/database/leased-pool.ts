import { callbackify } from 'node:util';
import { Pool, type PoolClient, type PoolConfig } from 'pg';
import { noteLost, noteRefused } from './connection-faults.js';
import { traceQueries } from './query-spans.js';

/** Gives a client back; with an error or `true`, closes it. */
export type Release = (error?: Error | boolean) => void;
type Connected = (
  error: Error | undefined,
  client: PoolClient | undefined,
  release: Release,
) => void;

/**
 * `pg`'s pool, made safe in three respects: a client given back in the middle of a transaction is
 * closed, so that PostgreSQL rolls back and the next borrower does not write into it; a lost
 * connection can never become an unhandled `error` event; and closing answers those still waiting.
 */
export class LeasedPool extends Pool {
  readonly #waiting = new Set<{ connected: Connected }>();

  constructor(config?: PoolConfig) {
    super(config);
    // `pg-pool` listens to idle clients only, and Node ends the process on an unheard 'error'.
    this.on('connect', (client) => {
      client.on('error', noteLost);
      client.once('end', () => ended.add(client));
      traceQueries(client);
    });
  }

  override connect(): Promise<PoolClient>;
  override connect(callback: Connected): void;
  override connect(callback?: Connected): Promise<PoolClient> | void {
    if (!callback) {
      return new Promise((resolve, reject) => {
        this.connect((error, client) => (client ? resolve(client) : reject(error)));
      });
    }
    const waiting = { connected: callback };
    this.#waiting.add(waiting);
    super.connect((error, client, release) => {
      const wanted = this.#waiting.delete(waiting);
      if (error) noteRefused(error);
      if (!client) return wanted ? callback(error, undefined, release) : undefined;
      if (!wanted) return release();
      const giveBack = this.lend(client, release);
      client.release = giveBack;
      callback(undefined, client, giveBack);
    });
  }

  override end(): Promise<void>;
  override end(callback: (error?: Error) => void): void;
  override end(callback?: (error?: Error) => void): Promise<void> | void {
    if (callback) return callbackify(() => this.end())(callback);
    // `pg-pool` would leave them waiting for ever.
    for (const { connected } of this.#waiting) {
      connected(new Error('The database is closing'), undefined, () => undefined);
    }
    this.#waiting.clear();
    return super.end();
  }

  /** What the borrower calls to give `client` back. */
  protected lend(client: PoolClient, release: Release): Release {
    let given = false;
    return (error) => {
      if (given) throw new Error('A database connection was given back twice');
      given = true;
      if (error) return release(error);
      whenQuiet(client, () => {
        // Null before the first statement: `pg` has not noted the status yet.
        const inTransaction = (client.getTransactionStatus() ?? 'I') !== 'I';
        release(inTransaction || isBusy(client));
      });
    };
  }
}

/** True while a statement of `client` is under way. `pg` has the field; its types leave it out. */
export function isBusy(client: PoolClient & { readyForQuery?: boolean }): boolean {
  return client.readyForQuery === false;
}

/** How long a client given back in the middle of a statement may take to finish it. */
const STATEMENT_GRACE_MS = 5_000;

/** Those whose connection is over. */
const ended = new WeakSet<PoolClient>();

/** A statement whose connection ended is never answered: nobody need wait for it, and its place is free. */
function whenQuiet(client: PoolClient, then: () => void): void {
  if (!isBusy(client) || ended.has(client)) return then();
  const finish = (): void => {
    clearTimeout(timer);
    client.off('drain', finish);
    client.off('end', finish);
    then();
  };
  const timer = setTimeout(finish, STATEMENT_GRACE_MS);
  client.on('drain', finish);
  client.on('end', finish);
}
