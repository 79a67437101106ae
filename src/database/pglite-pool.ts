import { callbackify } from 'node:util';
import { DatabaseError, type PoolClient } from 'pg';
import { isBusy, LeasedPool, type Release } from './leased-pool.js';
import { PgliteSession } from './pglite-session.js';
import { PgliteSocket } from './pglite-socket.js';
import { upkeep } from './pglite-upkeep.js';

export interface PglitePoolSettings {
  /** Folder of the database, or `memory://`. */
  readonly dataDir: string;
  /** A borrower that runs no statement for this long loses the session. Milliseconds. */
  readonly idleLimitMs: number;
}

const UPKEEP_EVERY_MS = 60_000;

/**
 * A `pg` pool over the one session of an embedded database. It lends the session to one client at a
 * time, in the order of asking: a transaction keeps it from BEGIN to its end, a single statement
 * for that statement.
 */
export class PglitePool extends LeasedPool {
  readonly #settings: PglitePoolSettings;
  #session: Promise<PgliteSession> | undefined;
  #upkeep: NodeJS.Timeout | undefined;
  #lastUse = 0;
  #lastUpkeep = 0;

  constructor(settings: PglitePoolSettings) {
    super({ max: 1, idleTimeoutMillis: 0, ssl: false });
    this.#settings = settings;
    this.options.stream = () => new PgliteSocket(() => this.#open());
    this.on('connect', (client) => client.on('drain', () => (this.#lastUse = performance.now())));
  }

  override end(): Promise<void>;
  override end(callback: (error?: Error) => void): void;
  override end(callback?: (error?: Error) => void): Promise<void> | void {
    if (callback) return callbackify(() => this.end())(callback);
    return super.end().then(() => this.#close());
  }

  protected override lend(client: PoolClient, release: Release): Release {
    const giveBack = super.lend(client, release);
    const limit = this.#settings.idleLimitMs;
    let lost = false;
    const check = (): void => {
      const left = isBusy(client) ? limit : this.#lastUse + limit - performance.now();
      if (left > 0) {
        timer = setTimeout(check, left).unref();
        return;
      }
      lost = true;
      const error = sessionLost(limit);
      refuseQueries(client, error);
      release(error);
      this.emit('error', error, client);
    };
    this.#lastUse = performance.now();
    let timer = setTimeout(check, limit).unref();
    return (error) => {
      clearTimeout(timer);
      if (!lost) giveBack(error);
    };
  }

  #open(): Promise<PgliteSession> {
    return (this.#session ??= this.#start());
  }

  async #start(): Promise<PgliteSession> {
    const session = await PgliteSession.open(this.#settings.dataDir);
    this.#upkeep = setInterval(() => void this.#keepUp(), UPKEEP_EVERY_MS).unref();
    return session;
  }

  async #close(): Promise<void> {
    // One that could not be opened needs no closing.
    const session = await this.#session?.catch(() => undefined);
    clearInterval(this.#upkeep);
    await session?.close();
  }

  async #keepUp(): Promise<void> {
    if (this.#lastUse <= this.#lastUpkeep) return;
    try {
      await upkeep(this);
    } catch (error) {
      if (!this.ending) this.emit('error', error);
    }
    this.#lastUpkeep = performance.now();
  }
}

/** The same code as a PostgreSQL server's `idle_in_transaction_session_timeout`. */
function sessionLost(limitMs: number): Error {
  const error = new DatabaseError(
    `The database session was taken back and its transaction rolled back: nothing was asked of it for ${limitMs / 1000} s. ` +
      'The embedded database has one session, so a transaction must not wait for anything else.',
    0,
    'error',
  );
  error.code = '25P03';
  error.severity = 'FATAL';
  return error;
}

function refuseQueries(client: PoolClient, error: Error): void {
  const query = (...args: unknown[]): Promise<never> | void => {
    const callback = args.find((argument) => typeof argument === 'function');
    if (!callback) return Promise.reject(error);
    process.nextTick(callback, error);
  };
  Object.assign(client, { query });
}
