import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';

/** The data folder is open elsewhere. The message says by whom, and what to do. */
export class FolderLockedError extends Error {
  override readonly name = 'FolderLockedError';

  constructor(folder: string) {
    super(
      `The embedded database in ${folder} is already open in ${holderOf(folder)}. ` +
        'It serves one process at a time: stop the other one, choose another DATA_DIR, ' +
        'or set DATABASE_URL to a PostgreSQL server that several processes can share.',
    );
  }
}

/** A lock on a folder, held until {@link FolderLock.release} or the death of the process. */
export interface FolderLock {
  release(): void;
}

/**
 * Takes a folder for this process alone; makes it when missing.
 *
 * Node has no `flock`, so SQLite takes the operating system's file lock for us: the kernel drops it
 * however the owner dies, so there is no stale lock and no pid to compare (in a container it is
 * always 1). SQLite also refuses a second lock in the same process, where a plain file lock would not.
 *
 * @throws {FolderLockedError} when another process, or this one, holds the folder.
 */
export function lockFolder(folder: string): FolderLock {
  const path = resolve(folder);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const file = openLockFile(join(path, 'lock'));
  const note = join(path, 'lock.owner');
  try {
    // Nothing is ever written: the open transaction alone is the lock.
    file.exec('BEGIN EXCLUSIVE');
    writeFileSync(note, `process ${process.pid} on host ${hostname()}`);
  } catch (error) {
    file.close();
    if (isBusy(error)) throw new FolderLockedError(path);
    throw error;
  }
  held.add(file);
  return {
    release() {
      held.delete(file);
      rmSync(note, { force: true });
      file.close();
    },
  };
}

function openLockFile(path: string): DatabaseSync {
  // Asked for here, so that a service on PostgreSQL also starts on a Node that is too old for it.
  const sqlite = process.getBuiltinModule('node:sqlite');
  if (!sqlite)
    throw new Error('The embedded database needs Node 22.13 or newer; or set DATABASE_URL');
  return new sqlite.DatabaseSync(path, { timeout: 0 });
}

/** Kept here, because a lock that nobody refers to would be dropped by the garbage collector. */
const held = new Set<DatabaseSync>();

/** Read for the message only: the lock itself never depends on this note. */
function holderOf(folder: string): string {
  try {
    return readFileSync(join(folder, 'lock.owner'), 'utf8') || 'another process';
  } catch {
    return 'another process';
  }
}

const SQLITE_BUSY = 5;

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;
}
