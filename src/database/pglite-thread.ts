import { once } from 'node:events';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { protocol } from '@electric-sql/pglite';
import { DatabaseError } from 'pg';
import type { PgliteJob } from './pglite-worker.js';

/** The same extension as this file: `.ts` under the test runner, `.js` when built. */
const PROGRAM = new URL(`./pglite-worker${extname(import.meta.url)}`, import.meta.url);

/**
 * Deep nesting (of JSON, of an expression) recurses on the thread's stack. With this much,
 * PostgreSQL's own limit is reached first, and the statement fails instead of the database. Only
 * what is touched takes memory.
 */
const STACK_MB = 256;

interface Waiting {
  readonly resolve: (answer: Uint8Array) => void;
  readonly reject: (error: Error) => void;
}

/** The thread in which an embedded database runs, seen from the service's side. */
export class PgliteThread {
  readonly #worker: Worker;
  readonly #waiting: Waiting[] = [];
  readonly #home: string;
  #end: Error | undefined;

  private constructor(home: string) {
    this.#home = home;
    this.#worker = run({ task: 'serve', home });
    this.#worker.on('message', (answer: Uint8Array | Error) => {
      if (answer instanceof Error) this.#fail(answer);
      else this.#waiting.shift()?.resolve(answer);
    });
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', () => this.#fail(new Error('it is closed')));
  }

  /** Starts the database in `home`; with `create`, makes it first (2-3 s). */
  static async start(home: string, create: boolean): Promise<PgliteThread> {
    // In a thread that ends: the 400 MB that initdb leaves in memory go with it.
    if (create) await once(run({ task: 'create', home }), 'exit');
    const thread = new PgliteThread(home);
    await thread.#answer();
    return thread;
  }

  get running(): boolean {
    return !this.#end;
  }

  /** Runs whole protocol messages and gives the answer. Requests are answered in order. */
  exchange(messages: Uint8Array): Promise<Uint8Array> {
    if (!this.#end) this.#send(messages);
    return this.#answer();
  }

  /** Closes the database after the requests made so far. */
  async close(): Promise<void> {
    if (this.#end) return;
    this.#send(protocol.serialize.end());
    await once(this.#worker, 'exit');
  }

  #send(messages: Uint8Array): void {
    const copy = new Uint8Array(messages);
    this.#worker.postMessage(copy, [copy.buffer]);
  }

  #answer(): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      if (this.#end) reject(this.#end);
      else this.#waiting.push({ resolve, reject });
    });
  }

  #fail(cause: Error): void {
    this.#end ??= stopped(this.#home, cause);
    for (const { reject } of this.#waiting.splice(0)) reject(this.#end);
  }
}

/** The same code as from a PostgreSQL server that restarts after a crash. */
function stopped(home: string, cause: Error): Error {
  const message = `The embedded database in ${home} stopped: ${cause.message}`;
  const error = new DatabaseError(message, 0, 'error');
  error.code = '57P02';
  error.cause = cause;
  return error;
}

/** Without the flags and the environment of the process: what those preload is not meant for this thread. */
function run(job: PgliteJob): Worker {
  const resourceLimits = { stackSizeMb: STACK_MB };
  return new Worker(PROGRAM, { workerData: job, execArgv: [], env: {}, resourceLimits });
}
