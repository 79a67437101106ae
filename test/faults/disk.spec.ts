import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { startFakeProvider } from '../../demo/fake-provider/index.ts';
import { queryAtRest } from '../support/database.js';
import { ServiceProcess } from '../support/service-process.js';
import { differences } from './books.ts';
import { Load } from './load.ts';
import { FaultTable } from './table.ts';

const SIZE_MB = 160;
const disk = smallDisk();

describe.runIf(disk)('the disk under the embedded database', () => {
  afterAll(() => {
    if (!disk) return;
    execFileSync('umount', ['--lazy', disk]);
    rmSync(disk, { recursive: true, force: true });
  });

  it('fills up: calls are refused, and answered again when there is room', async () => {
    const dataDir = join(disk ?? '', 'data');
    const provider = await startFakeProvider({ latencyMs: 5, words: 20, journal: 10_000 });
    const service = await ServiceProcess.start({
      DATA_DIR: dataDir,
      ANTHROPIC_API_KEY: 'test-key',
      ANTHROPIC_BASE_URL: provider.url,
    });
    const load = new Load(service.url, 40, 1);
    await sleep(2_000);
    const filler = join(disk ?? '', 'filler');
    fill(filler);
    await sleep(5_000);
    rmSync(filler);
    const ready = async () => (await service.get('/health/ready')).status;
    await expect.poll(ready, { timeout: 30_000 }).toBe(200);
    await sleep(3_000);
    await load.stop();

    const late = load.outcomes.slice(-40).filter(({ step }) => !step.refused);
    expect(late.every(({ status }) => status === 200)).toBe(true);
    expect(service.output).not.toMatch(/"level":"FATAL"|nhandled/);
    expect(await service.end('SIGTERM')).toBe(0);
    const paid = provider.requests.length;
    await provider.close();
    const env = { DATA_DIR: dataDir };
    const query = <Row>(sql: string) =>
      queryAtRest<Row>({ kind: 'embedded', env, drop: async () => {} }, sql);
    const lost = await differences(query, load.acknowledged);
    const table = new FaultTable();
    table.add('the disk of the embedded database full for 5 s', load, lost);
    table.print();
    expect(lost).toEqual([]);
    // Also what was paid for and could not be answered is booked, when there is room again.
    const [booked] = await query<{ calls: number }>(
      'SELECT count(*)::int AS calls FROM ledger_entry',
    );
    expect(booked?.calls).toBe(paid);
    expect(
      [...load.statuses.keys()].filter((status) => !['200', '503', 'error event'].includes(status)),
    ).toEqual([]);
  }, 120_000);
});

/** A file system of its own, where this user may mount one. */
function smallDisk(): string | undefined {
  const path = mkdtempSync(join(tmpdir(), 'spanledger-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE_MB}m`, 'tmpfs', path], {
      stdio: 'ignore',
    });
    return path;
  } catch {
    rmSync(path, { recursive: true });
    return undefined;
  }
}

/** Takes all the room that is left. */
function fill(path: string): void {
  for (;;) {
    const { bavail, bsize } = statfsSync(join(path, '..'));
    if (bavail === 0) return;
    try {
      writeFileSync(path, Buffer.alloc(bavail * bsize), { flag: 'a' });
    } catch {
      return;
    }
  }
}
