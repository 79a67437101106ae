/**
 * A thread of its own for the embedded database, so that no statement holds up the event loop.
 *
 * It imports nothing of this project: under the test runner Node itself loads this file.
 */
import { chmodSync, renameSync, rmSync } from 'node:fs';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';

/** What the thread is started for. */
export interface PgliteJob {
  /** `create` makes the folder and ends; `serve` answers protocol messages until one says goodbye. */
  readonly task: 'create' | 'serve';
  /** The database's own folder, or `memory://`. */
  readonly home: string;
}

/** First byte of the protocol's goodbye. */
const TERMINATE = 0x58;
/** What PGlite calls, in its compiled part, for each message. */
const MAIN_LOOP = '_PostgresMainLoopOnce';
/** The status it throws when PostgreSQL refuses a statement. Any other exception is a crash. */
const STATEMENT_FAILED = 100;

const { task, home } = workerData as PgliteJob;
const port = parentPort as MessagePort;
/** What PostgreSQL wrote about a fault that it does not survive. */
let complaint = '';

if (task === 'create') {
  // A start that is killed half-way must not leave half a database.
  const draft = `${home}.new`;
  rmSync(draft, { recursive: true, force: true });
  await (await PGlite.create(draft)).close();
  chmodSync(draft, 0o700);
  renameSync(draft, home);
} else {
  const database = await start();
  endAtCrash(database);
  port.on('message', (request: Uint8Array) => {
    if (request[0] === TERMINATE) void close(database);
    else answer(database, request);
  });
  port.postMessage('ready');
}

async function start(): Promise<PGlite> {
  const startParams = [
    ...PGlite.defaultStartParams,
    // The files are in the system's cache as well; the default of 128 MB is memory spent twice.
    '-c',
    'shared_buffers=32MB',
    // PostgreSQL measures WebAssembly's stack, which grows slower than the thread's.
    '-c',
    'max_stack_depth=1MB',
    // What was deleted must not live on in used files of the log that are kept for their room.
    '-c',
    'wal_recycle=off',
    '-c',
    'min_wal_size=32MB',
  ];
  try {
    return await PGlite.create(home, { startParams, onStderr: noteComplaint });
  } catch (error) {
    throw fault(error);
  }
}

/** @returns false: not to be printed. */
function noteComplaint(line: string): boolean {
  const [, level, text] = /(PANIC|FATAL|DETAIL):\s+(.*)/.exec(line) ?? [];
  if (text && (level !== 'DETAIL' || complaint)) complaint += `${text}; `;
  return false;
}

function fault(error: unknown): Error {
  return new Error(complaint + (error instanceof Error ? error.message : String(error)));
}

function answer(database: PGlite, request: Uint8Array): void {
  const bytes = database.execProtocolRawSync(request);
  port.postMessage(bytes, [bytes.buffer as ArrayBuffer]);
}

async function close(database: PGlite): Promise<void> {
  await database.close();
  port.close();
}

/**
 * PGlite swallows a WebAssembly trap (memory or stack exhausted in the middle of a statement) and
 * goes on with the next message, at worst a commit of what was half done. So its main loop is
 * watched, and a trap ends the thread at once, as a crash ends a server.
 */
function endAtCrash(database: PGlite): void {
  const { mod } = database as unknown as { mod: Record<string, () => void> };
  const step = mod[MAIN_LOOP];
  if (!step) throw new Error(`This version of PGlite has no ${MAIN_LOOP}`);
  mod[MAIN_LOOP] = () => {
    try {
      step();
    } catch (error) {
      if ((error as { status?: number }).status === STATEMENT_FAILED) throw error;
      port.postMessage(fault(error));
      process.exit(1);
    }
  };
}
