import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { protocol } from '@electric-sql/pglite';
import { IN_MEMORY } from './database-settings.js';
import { type FolderLock, lockFolder } from './folder-lock.js';
import { PgliteThread } from './pglite-thread.js';

const { serialize } = protocol;
/** Rolls back what is open and forgets settings, prepared statements and session locks. */
const RESET = Buffer.concat([serialize.query('ROLLBACK'), serialize.query('DISCARD ALL')]);

/** The one session of an embedded database, which one client at a time can borrow. */
export class PgliteSession {
  readonly #home: string;
  readonly #lock: FolderLock | undefined;
  #thread: PgliteThread;
  #borrower: object | undefined;

  private constructor(home: string, thread: PgliteThread, lock?: FolderLock) {
    this.#home = home;
    this.#thread = thread;
    this.#lock = lock;
  }

  /**
   * Locks the folder and starts the database in it.
   *
   * @param dataDir the folder, made when missing, or `memory://`.
   * @throws {FolderLockedError} when the folder is in use.
   */
  static async open(dataDir: string): Promise<PgliteSession> {
    if (dataDir === IN_MEMORY) {
      return new PgliteSession(IN_MEMORY, await PgliteThread.start(IN_MEMORY, false));
    }
    const folder = resolve(dataDir);
    const lock = lockFolder(folder);
    try {
      const home = join(folder, 'pglite');
      return new PgliteSession(home, await PgliteThread.start(home, !existsSync(home)), lock);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** Lends the session; whoever had it before has lost it. A database that crashed is started again. */
  async lend(borrower: object): Promise<void> {
    if (this.#borrower) this.takeBack(this.#borrower);
    this.#borrower = borrower;
    if (!this.#thread.running) this.#thread = await PgliteThread.start(this.#home, false);
  }

  /** Ends a loan, with all that the borrower left open. */
  takeBack(borrower: object): void {
    if (this.#borrower !== borrower) return;
    this.#borrower = undefined;
    // Requests are answered in order, so the next borrower need not wait for this. A thread that
    // has crashed in the meantime has nothing left to undo.
    this.#thread.exchange(RESET).catch(() => undefined);
  }

  /** Runs the borrower's protocol messages and gives the answer. */
  async exchange(borrower: object, messages: Uint8Array): Promise<Uint8Array> {
    if (this.#borrower !== borrower) throw new Error('The session has gone to another client');
    return this.#thread.exchange(messages);
  }

  /** Closes the database after the statement that is running, then frees the folder. */
  async close(): Promise<void> {
    this.#borrower = undefined;
    try {
      await this.#thread.close();
    } finally {
      this.#lock?.release();
    }
  }
}
