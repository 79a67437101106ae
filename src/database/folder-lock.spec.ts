import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FolderLockedError, lockFolder } from './folder-lock.js';
import { Child } from './testing/child.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spanledger-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('lockFolder', () => {
  it('makes the folder when it is missing', () => {
    lockFolder(join(folder, 'a', 'b')).release();
  });

  it('refuses a second lock in the same process', () => {
    const lock = lockFolder(folder);
    expect(() => lockFolder(folder)).toThrow(FolderLockedError);
    lock.release();
  });

  it('says which folder is held, by which process, and what to do', () => {
    const lock = lockFolder(folder);
    expect(() => lockFolder(folder)).toThrow(folder);
    expect(() => lockFolder(folder)).toThrow(`process ${process.pid}`);
    expect(() => lockFolder(folder)).toThrow('DATABASE_URL');
    lock.release();
  });

  it('is free again after release', () => {
    lockFolder(folder).release();
    lockFolder(folder).release();
  });

  it('keeps other processes out while this one tries again and fails', async () => {
    const lock = lockFolder(folder);
    for (let i = 0; i < 3; i++) expect(() => lockFolder(folder)).toThrow(FolderLockedError);
    const rival = new Child('lock-holder.ts', folder);
    await rival.printed(1);
    expect(rival.lines[0]).toContain('is already open');
    lock.release();
  });

  it('is not held by a note that a dead process left behind', () => {
    writeFileSync(join(folder, 'lock.owner'), `process ${process.pid} on host here`);
    lockFolder(folder).release();
  });

  it('refuses another process, and is free the moment its holder is killed', async () => {
    const holder = new Child('lock-holder.ts', folder);
    await holder.printed(1);
    expect(holder.lines).toEqual(['held']);
    expect(() => lockFolder(folder)).toThrow(`process ${holder.pid}`);

    const rival = new Child('lock-holder.ts', folder);
    await rival.printed(1);
    expect(rival.lines[0]).toContain(`is already open in process ${holder.pid}`);

    await holder.kill9();
    lockFolder(folder).release();
  });
});
