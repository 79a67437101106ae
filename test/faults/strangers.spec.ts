import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresInstalled } from '../support/postgres-binaries.js';
import { requestTo } from './fuzz/requests.ts';
import { routesOf, type Document, type Route } from './fuzz/routes.js';
import * as sockets from './fuzz/sockets.ts';
import { Scene } from './scene.ts';
import { FaultTable } from './table.ts';

/** `FUZZ_RUNS=50000 npm run test:faults -- strangers`; `FUZZ_SEED` repeats a run. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 10_000);
const SEED = process.env.FUZZ_SEED ? Number(process.env.FUZZ_SEED) : Date.now() % 2 ** 31;
/** At once. */
const STRANGERS = 8;

/** An admin's, or the first key that is made would keep the rest out. */
const KEY = 'fuzz-0123456789abcdef0123456789abcdef';
const ADMIN = { authorization: `Bearer ${KEY}` };

describe.runIf(postgresInstalled())(`strangers, under load (seed ${SEED})`, () => {
  let scene: Scene;
  let routes: Route[];
  const table = new FaultTable();

  beforeAll(async () => {
    process.env.SPANLEDGER_API_KEY = KEY;
    scene = await Scene.set({ API_KEYS: `fuzz:admin:${KEY}` });
    const { body } = await scene.service.get<Document>('/openapi.json');
    routes = routesOf(body);
  }, 120_000);
  afterAll(async () => {
    delete process.env.SPANLEDGER_API_KEY;
    table.print();
    await scene.strike();
  }, 60_000);

  it('who send bytes that are no HTTP, slow bodies, half-closed lines, huge headers', async () => {
    const { url } = scene.service;
    const load = await scene.under(async () => {
      const bytes = fc.sample(fc.uint8Array({ maxLength: 400 }), { numRuns: 300, seed: SEED });
      const slow = Array.from({ length: 50 }, () => sockets.slowWriter(url, 5_000));
      for (const raw of [...bytes, ...sockets.RAW, ...sockets.RAW]) {
        await sockets.sendRaw(url, raw);
      }
      for (let n = 0; n < 30; n += 1) {
        expect(await sockets.hugeHeaders(url)).toMatch(/^HTTP\/1\.1 431 /);
        expect(await sockets.halfClosed(url)).toMatch(/^HTTP\/1\.1 401 /);
        expect(await sockets.pipelinedGarbage(url)).toMatch(/HTTP\/1\.1 400 /);
      }
      await Promise.all(slow);
    });
    table.add(
      '462 sockets with garbage, huge headers, slow or half a body',
      load,
      await scene.lost(),
    );
    expect([...load.statuses.keys()]).toEqual(['200']);
  }, 120_000);

  it(
    'who send anything at all are answered, never by a fault of the service, always by a problem',
    async () => {
      const statuses = new Map<number, number>();
      const ask = async ({ url, init }: { url: string; init: RequestInit }) => {
        const signal = AbortSignal.timeout(30_000);
        const response = await fetch(scene.service.url + url, { ...init, signal });
        const answer = await response.text();
        const { status } = response;
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        expect(status, `${init.method} ${url}: ${answer}`).toBeLessThan(500);
        if (status < 400) return;
        expect(response.headers.get('content-type')).toContain('application/problem+json');
        const type: unknown = expect.stringMatching(/^urn:spanledger:/);
        expect(JSON.parse(answer)).toMatchObject({ status, type });
      };
      const anything = fc.nat().chain((n) => requestTo(routes[n % routes.length]!, ADMIN));
      const load = await scene.under(async () => {
        await Promise.all(
          Array.from({ length: STRANGERS }, (_, n) =>
            fc.assert(fc.asyncProperty(anything, ask), {
              numRuns: Math.ceil(RUNS / STRANGERS),
              seed: SEED + n,
              endOnFailure: true,
            }),
          ),
        );
      });
      table.add(`${RUNS} hostile requests by the OpenAPI document`, load, await scene.lost());
      process.stdout.write(`answers to strangers: ${JSON.stringify([...statuses])}\n`);
      // They must have got past the first check of fields as well, or nothing was tested.
      expect(statuses.get(200)).toBeGreaterThan(0);
      expect(statuses.get(422)).toBeGreaterThan(0);
      // Some strangers make budgets, which may refuse what others send.
      const allowed = ['200', '402', '503', 'error event'];
      expect([...load.statuses.keys()].filter((status) => !allowed.includes(status))).toEqual([]);
    },
    15 * 60_000,
  );
});
