import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresInstalled } from '../support/postgres-binaries.js';
import { takeBudgetsBack } from './fuzz/budgets.ts';
import { API_KEYS, KEYS, headersOf, makeThings, trespass } from './fuzz/callers.ts';
import type { Caller, Things } from './fuzz/callers.ts';
import { requestTo, type Drawn } from './fuzz/requests.ts';
import { routesOf, type Document, type Route } from './fuzz/routes.js';
import * as sockets from './fuzz/sockets.ts';
import { Scene } from './scene.ts';
import { FaultTable } from './table.ts';

/** `FUZZ_RUNS=50000 npm run test:faults -- strangers`; `FUZZ_SEED` repeats a run. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 10_000);
const SEED = process.env.FUZZ_SEED ? Number(process.env.FUZZ_SEED) : Date.now() % 2 ** 31;
/** At once. */
const STRANGERS = 8;

describe.runIf(postgresInstalled())(`strangers, under load (seed ${SEED})`, () => {
  let scene: Scene;
  let routes: Route[];
  let things: Things;
  const table = new FaultTable();

  beforeAll(async () => {
    process.env.SPANLEDGER_API_KEY = KEYS.admin;
    scene = await Scene.set({ API_KEYS });
    const { body } = await scene.service.get<Document>('/openapi.json');
    routes = routesOf(body);
    things = await makeThings(scene.service);
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
      const callers = new Map<string, number>();
      const ask = async ([caller, drawn]: [Caller, Drawn]) => {
        const { url, method, body } = drawn;
        const response = await fetch(scene.service.url + url, {
          method,
          body,
          headers: { ...drawn.headers, ...headersOf(caller) },
          signal: AbortSignal.timeout(30_000),
        });
        const answer = await response.text();
        const { status } = response;
        count(statuses, status);
        count(callers, `${caller} ${status}`);
        const told = `${caller}: ${method} ${url} ${body?.slice(0, 2_000)}: ${answer}`;
        expect(status, told).toBeLessThan(500);
        if (status < 400) {
          expect(trespass(caller, drawn, things.others), told).toBeUndefined();
          return;
        }
        expect(response.headers.get('content-type')).toContain('application/problem+json');
        const type: unknown = expect.stringMatching(/^urn:spanledger:/);
        expect(JSON.parse(answer)).toMatchObject({ status, type });
      };
      // The most can go wrong where there is a body.
      const changing = routes.filter(({ body }) => body);
      const caller = fc.oneof(
        { weight: 5, arbitrary: fc.constant<Caller>('admin') },
        { weight: 4, arbitrary: fc.constant<Caller>('user') },
        { weight: 1, arbitrary: fc.constant<Caller>('nobody') },
      );
      const anything = fc.tuple(
        caller,
        fc.constantFrom(...routes, ...changing, ...changing).chain((route) => {
          return requestTo(route, route.method === 'DELETE' ? things.doomed : things.kept);
        }),
      );
      const kept = new Set([things.kept, things.doomed].flatMap(({ budgets = [] }) => budgets));
      const load = await scene.under(async () => {
        const ended = new AbortController();
        const takenBack = takeBudgetsBack(scene.service, kept, ended.signal);
        await Promise.all(
          Array.from({ length: STRANGERS }, (_, n) =>
            fc.assert(fc.asyncProperty(anything, ask), {
              numRuns: Math.ceil(RUNS / STRANGERS),
              seed: SEED + n,
              endOnFailure: true,
            }),
          ),
        ).finally(() => ended.abort());
        await takenBack;
      });
      table.add(`${RUNS} hostile requests by the OpenAPI document`, load, await scene.lost());
      process.stdout.write(`answers to strangers: ${JSON.stringify([...statuses])}\n`);
      process.stdout.write(`by caller: ${JSON.stringify([...callers])}\n`);
      // They must have got past the first check of fields as well, or nothing was tested.
      expect(statuses.get(200)).toBeGreaterThan(0);
      expect(statuses.get(422)).toBeGreaterThan(0);
      for (const told of ['user 200', 'user 403', 'user 404', 'nobody 401']) {
        expect(callers.get(told), told).toBeGreaterThan(0);
      }
      // Some strangers make budgets, which refuse what others send until they are taken back.
      const allowed = ['200', '402', '503', 'error event'];
      expect([...load.statuses.keys()].filter((status) => !allowed.includes(status))).toEqual([]);
      const { length: sent } = load.outcomes;
      expect(load.statuses.get('200'), JSON.stringify([...load.statuses])).toBeGreaterThan(
        sent / 2,
      );
    },
    15 * 60_000,
  );

  it('leave no money held and no span kept', () => scene.leavesNothing(), 200_000);
});

function count<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
