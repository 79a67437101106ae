import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Booking } from '../settlement.js';

/** `<when>-<unique>.<entries>.json`: oldest first by name, and counted without being read. */
const NAME = /\.(\d+)\.json$/;

/**
 * Bookings as files, each there as a whole or not at all, and on the disk when `keep` resolves.
 * Several processes may share a folder: what two of them book from it is one entry by its key.
 */
export class SpillFolder {
  constructor(readonly path: string) {}

  /** @throws {Error} of the file system, e.g. when the disk is full; nothing is left behind then */
  async keep(booking: Booking, entries: number): Promise<void> {
    await mkdir(this.path, { recursive: true });
    const name = `${Date.now()}-${randomUUID()}.${entries}.json`;
    const draft = join(this.path, `${name}.part`);
    try {
      await writeDown(draft, JSON.stringify(booking));
      await rename(draft, join(this.path, name));
    } catch (error) {
      await rm(draft, { force: true }).catch(() => undefined);
      throw error;
    }
    await syncFolder(this.path);
  }

  /** What waits to be booked, oldest first; none where there is no folder yet. */
  async waiting(): Promise<ReadonlyArray<{ readonly name: string; readonly entries: number }>> {
    const names = await readdir(this.path).catch(() => []);
    return names
      .toSorted()
      .map((name) => ({ name, entries: Number(NAME.exec(name)?.[1]) }))
      .filter(({ entries }) => entries > 0);
  }

  /** Undefined when another process was faster. */
  async read(name: string): Promise<Booking | undefined> {
    try {
      return JSON.parse(await readFile(join(this.path, name), 'utf8')) as Booking;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async remove(name: string): Promise<void> {
    await rm(join(this.path, name), { force: true });
  }

  /** Sets aside what cannot be booked, for people to look at. */
  async setAside(name: string): Promise<void> {
    await rename(join(this.path, name), join(this.path, `${name}.refused`));
  }
}

async function writeDown(path: string, text: string): Promise<void> {
  // Prompts are not in it, but who spent what is nobody else's business.
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.datasync();
  } finally {
    await file.close();
  }
}

/** A new name is on the disk only when its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
