import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FolderLockedError } from './folder-lock.js';
import { Child } from './testing/child.js';
import { openTestDatabase } from './testing/open-test-database.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'spanledger-durability-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('starts in a folder whose first start was killed half-way', async () => {
  const killed = new Child('writer.ts', folder);
  await sleep(700);
  await killed.kill9();
  expect(killed.lines).toEqual([]);

  const database = await openTestDatabase('embedded', { dataDir: folder });
  expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  await database.destroy();
}, 30_000);

it('keeps every acknowledged transaction, whole, when its process is killed', async () => {
  const acknowledged: string[] = [];
  for (const lines of [400, 900]) {
    const writer = new Child('writer.ts', folder);
    await writer.printed(lines);
    await writer.kill9();
    acknowledged.push(...writer.lines.slice(1));
  }
  const database = await openTestDatabase('embedded', { dataDir: folder });
  const lost = await database.query(
    'SELECT id FROM unnest($1::uuid[]) AS id EXCEPT SELECT id FROM entry',
    [acknowledged],
  );
  expect(lost).toEqual([]);
  // Each transaction wrote five rows and raised one of them by one: 6 for 5 rows, whatever was killed.
  const sums = await database.query('SELECT count(*) * 6 = sum(cost) * 5 AS whole FROM entry');
  expect(sums).toEqual([{ whole: true }]);
  await database.destroy();
}, 30_000);

it('keeps what was committed when the database itself crashes, and goes on', async () => {
  const database = await openTestDatabase('embedded', { dataDir: folder });
  await database.query('CREATE TABLE kept (id int)');
  await database.query('INSERT INTO kept VALUES (1)');
  // COPY from the client is the one statement known to end PGlite.
  await expect(
    database.transaction(async (manager) => {
      await manager.query('INSERT INTO kept VALUES (2)');
      await manager.query('COPY kept FROM STDIN');
    }),
  ).rejects.toMatchObject({ code: '57P02' });
  expect(await database.query('SELECT * FROM kept')).toEqual([{ id: 1 }]);
  await database.destroy();
}, 30_000);

it('refuses a folder that another process has open, and says what to do', async () => {
  const writer = new Child('writer.ts', folder);
  await writer.printed(1);
  const refused = await openTestDatabase('embedded', { dataDir: folder }).catch((error) => error);
  expect(refused).toBeInstanceOf(FolderLockedError);
  expect(String(refused)).toContain(`process ${writer.pid}`);
  expect(String(refused)).toContain('DATABASE_URL');
  await writer.kill9();
}, 30_000);

it('refuses a folder that this process has open, and opens it again after closing', async () => {
  const first = await openTestDatabase('embedded', { dataDir: folder });
  await expect(openTestDatabase('embedded', { dataDir: folder })).rejects.toThrow(
    FolderLockedError,
  );
  await first.destroy();
  const second = await openTestDatabase('embedded', { dataDir: folder });
  await second.destroy();
}, 30_000);
