import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Fault } from '../../demo/fake-provider/index.ts';
import { postgresInstalled } from '../support/postgres-binaries.js';
import { Scene } from './scene.ts';
import { FaultTable } from './table.ts';

/** Each for half of the calls. */
const FAULTS: ReadonlyArray<[name: string, fault: Fault, answers: readonly string[]]> = [
  ['answers 429', { kind: 'status', status: 429, retryAfterSeconds: 1 }, ['429']],
  ['answers 500', { kind: 'status', status: 500 }, ['502']],
  ['answers 529', { kind: 'status', status: 529 }, ['503']],
  ['hangs', { kind: 'hang' }, ['504']],
  ['ends the connection', { kind: 'cut-before-headers' }, ['502']],
  ['cuts bodies', { kind: 'cut-body' }, ['502', 'error event']],
  ['cuts streams', { kind: 'cut-stream', afterEvents: 6, by: 'reset' }, ['error event']],
  ['answers broken JSON', { kind: 'malformed-json' }, ['502']],
  ['answers HTML', { kind: 'html' }, ['502']],
  ['leaves the usage out', { kind: 'missing-usage' }, []],
];

describe.runIf(postgresInstalled())('the provider, under load', () => {
  let scene: Scene;
  const table = new FaultTable();

  beforeAll(async () => {
    scene = await Scene.set();
  }, 120_000);
  afterAll(async () => {
    table.print();
    await scene.strike();
  }, 60_000);

  it.each(FAULTS)(
    '%s',
    async (name, fault, answers) => {
      const load = await scene.under(async () => {
        scene.provider.setFault({ ...fault, share: 0.5 });
        await sleep(2_000);
        scene.provider.clearFaults();
      });
      table.add(`the provider ${name}`, load, await scene.lost());
      const allowed = ['200', ...answers];
      expect([...load.statuses.keys()].filter((status) => !allowed.includes(status))).toEqual([]);
      for (const status of answers) expect(load.statuses.get(status), status).toBeGreaterThan(0);
    },
    120_000,
  );

  it('leaves no money held and no span kept', () => scene.leavesNothing(), 200_000);
});
