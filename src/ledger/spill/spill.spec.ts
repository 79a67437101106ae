import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Logger } from '@nestjs/common';
import type { Booking } from '../settlement.js';
import { SpillFolder } from './spill-folder.js';
import { Spill } from './spill.js';

Logger.overrideLogger(false);

const away = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
const refused = Object.assign(new Error('invalid input syntax'), { code: '22P02' });

describe('Spill', () => {
  let place: string;
  let path: string;
  let database: { error?: Error; taken: string[] };
  const spills: Spill[] = [];

  const open = () => {
    const spill = new Spill(new SpillFolder(path), async ({ entries }: Booking) => {
      if (database.error) throw database.error;
      database.taken.push(entries);
    });
    spills.push(spill);
    return spill;
  };

  beforeEach(async () => {
    place = await mkdtemp(join(tmpdir(), 'spanledger-spill-'));
    path = join(place, 'unbooked');
    database = { error: away, taken: [] };
  });
  afterEach(async () => {
    await Promise.all(spills.splice(0).map((spill) => spill.stop()));
    await rm(place, { recursive: true });
  });

  it('keeps entries until the database takes them, the oldest first, and leaves nothing', async () => {
    const spill = open();
    for (const entries of ['[1]', '[2]', '[3]']) {
      await spill.keep({ entries }, 1, away);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    expect(spill.waiting).toBe(3);
    await expect(spill.replay()).rejects.toBe(away);
    expect(spill.waiting).toBe(3);

    database.error = undefined;
    await spill.replay();
    expect(database.taken).toEqual(['[1]', '[2]', '[3]']);
    expect(spill.waiting).toBe(0);
    expect(await readdir(path)).toEqual([]);
  });

  it('books what another process left, together with a third', async () => {
    await open().keep({ entries: '[1]', settlements: '[]' }, 500, away);
    const [second, third] = [open(), open()];
    database.error = undefined;
    await Promise.all([second.replay(), third.replay()]);
    // Twice at most: an entry is known by its key, so it is in the ledger once.
    expect(new Set(database.taken)).toEqual(new Set(['[1]']));
    expect(await readdir(path)).toEqual([]);
  });

  it.each([
    ['the database takes entries', () => (database.error = undefined)],
    ['there is room on the disk', () => rm(path)],
  ])('holds in memory what has no room at all, until %s', async (_, helped) => {
    await writeFile(path, 'a file where the folder should be');
    const spill = open();
    for (const entries of ['[1]', '[2]']) {
      await expect(spill.keep({ entries }, 1, away)).rejects.toBe(away);
    }
    expect(spill).toMatchObject({ waiting: 0, isStranded: true });
    await expect(spill.replay()).rejects.toThrow();
    expect(spill.isStranded).toBe(true);

    await helped();
    await spill.replay().catch(() => undefined);
    expect(spill.isStranded).toBe(false);
    database.error = undefined;
    await spill.replay();
    expect(database.taken).toEqual(['[1]', '[2]']);
  });

  it('sets aside what the database refuses for its own sake, and goes on', async () => {
    const spill = open();
    await spill.keep({ entries: 'bad' }, 2, away);
    database.error = refused;
    await spill.replay();
    expect(spill.waiting).toBe(0);
    expect(await readdir(path)).toEqual([expect.stringMatching(/\.2\.json\.refused$/)]);

    database.error = undefined;
    await spill.keep({ entries: '[1]' }, 1, away);
    await spill.replay();
    expect(database.taken).toEqual(['[1]']);
  });

  it('does not read what was not written to its end', async () => {
    const spill = open();
    await spill.keep({ entries: '[1]' }, 1, away);
    await writeFile(join(path, '1-a.1.json.part'), '{"entr');
    database.error = undefined;
    await spill.replay();
    expect(database.taken).toEqual(['[1]']);
  });
});
