import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { databaseOptions } from './database-options.js';
import { DatabaseUnreachableError, openDatabase } from './open-database.js';

class First1700000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE ran (name text)');
    await runner.query("INSERT INTO ran VALUES ('first')");
  }

  async down(): Promise<void> {}
}

class Second1700000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query("INSERT INTO ran VALUES ('second')");
  }

  async down(): Promise<void> {}
}

class Broken1700000000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query("INSERT INTO ran VALUES ('broken')");
    await runner.query('SELECT 1 / 0');
  }

  async down(): Promise<void> {}
}

describe('openDatabase on an embedded database', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'spanledger-open-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const withMigrations = (...migrations: (new () => MigrationInterface)[]) =>
    openDatabase({ ...databaseOptions({ dataDir: folder }), migrations });

  it('runs each migration once, in order, and nothing of one that fails', async () => {
    await (await withMigrations(First1700000000001)).destroy();
    await (await withMigrations(First1700000000001, Second1700000000002)).destroy();
    // Closed again after the failure: otherwise the folder would still be locked.
    await expect(withMigrations(First1700000000001, Broken1700000000003)).rejects.toMatchObject({
      code: '22012',
    });
    const database = await withMigrations(First1700000000001, Second1700000000002);
    expect(await database.query('SELECT name FROM ran')).toEqual([
      { name: 'first' },
      { name: 'second' },
    ]);
    await database.destroy();
  }, 30_000);

  it('says at once why data cannot be opened, and lets go of the folder', async () => {
    writeFileSync(join(folder, 'pglite', 'PG_VERSION'), '12\n');
    for (let i = 0; i < 2; i++) {
      await expect(withMigrations()).rejects.toThrow('initialized by PostgreSQL version 12');
    }
  }, 30_000);
});

describe('openDatabase on a PostgreSQL that does not answer', () => {
  // Port 1 is reserved: nothing listens there.
  const url = 'postgres://ledger:top%20secret@127.0.0.1:1/ledger';
  const open = () => openDatabase(databaseOptions({ url, dataDir: 'unused' }), 300);

  it('gives up after its patience, naming host and port but not the password', async () => {
    const error = await open().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DatabaseUnreachableError);
    expect(String(error)).toContain('127.0.0.1:1');
    expect(String(error)).toContain('ECONNREFUSED');
    expect(String(error)).toContain('0.3 s');
    expect(String(error)).not.toMatch(/secret/);
  });

  it('names the host of an unknown name', async () => {
    const unknown = 'postgres://u:p@no-such-host.invalid/x';
    await expect(
      openDatabase(databaseOptions({ url: unknown, dataDir: 'unused' }), 0),
    ).rejects.toThrow('no-such-host.invalid:5432');
  });
});
