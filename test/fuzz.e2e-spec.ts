import { connect } from 'node:net';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf, hostile, json } from './fuzz/hostile.js';
import { routesOf, type Document, type Route } from './fuzz/routes.js';
import { TestService } from './support/test-service.js';

/** `FUZZ_RUNS=10000 npx vitest run --project e2e test/fuzz`; `FUZZ_SEED` repeats a run. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 1_500);
const SEED = process.env.FUZZ_SEED ? Number(process.env.FUZZ_SEED) : Date.now() % 2 ** 31;

/** An admin's, or the first key that is made would keep the rest out. */
const KEY = 'fuzz-0123456789abcdef0123456789abcdef';
const ADMIN = { headers: { authorization: `Bearer ${KEY}` } };

describe(`anything at all (seed ${SEED})`, () => {
  let service: TestService;
  let routes: Route[];

  beforeAll(async () => {
    service = await TestService.start({ API_KEYS: `fuzz:admin:${KEY}` });
    routes = routesOf((await service.get<Document>('/openapi.json')).body);
  });
  afterAll(() => service.stop());

  const text = hostile.map((value) => (typeof value === 'string' ? value : json(value)));
  const encoded = text.map((value) => encodeURIComponent(value.toWellFormed()));

  function requestTo(route: Route): fc.Arbitrary<{ url: string; init: RequestInit }> {
    const path = fc
      .tuple(...[...route.path.matchAll(/\{\w+\}/g)].map(() => fc.oneof(encoded, fc.constant('1'))))
      .map((values) => {
        let n = 0;
        return route.path.replace(/\{\w+\}/g, () => values[n++] || 'x');
      });
    const query = fc.dictionary(
      route.query.length > 0 ? fc.oneof(fc.constantFrom(...route.query), text) : text,
      text,
      { maxKeys: 4 },
    );
    const type = fc.constantFrom('application/json', 'text/plain', 'application/xml', '');
    const accept = fc.constantFrom('*/*', 'text/csv', 'text/event-stream', 'application/x');
    const key = fc.option(fc.string({ unit: 'grapheme-ascii', maxLength: 300 }), {
      nil: undefined,
    });
    const body = route.body ? bodyOf(route.body) : fc.constant(undefined);
    return fc.record({ path, query, type, accept, key, body }).map((drawn) => {
      const search = new URLSearchParams();
      for (const [name, value] of Object.entries(drawn.query)) {
        search.append(name.toWellFormed(), value.slice(0, 2_000).toWellFormed());
      }
      const headers: Record<string, string> = { accept: drawn.accept, ...ADMIN.headers };
      if (drawn.body !== undefined) headers['content-type'] = drawn.type || 'application/json';
      if (drawn.key?.trim()) headers['idempotency-key'] = drawn.key.trim();
      return {
        url: `${drawn.path.slice(0, 8_000)}?${search.toString().slice(0, 6_000)}`,
        init: { method: route.method, headers, body: drawn.body },
      };
    });
  }

  it(
    'is answered, never by a fault of the service, and every refusal is a problem',
    async () => {
      const statuses = new Map<number, number>();
      await fc.assert(
        fc.asyncProperty(
          fc.nat().chain((n) => requestTo(routes[n % routes.length]!)),
          async ({ url, init }) => {
            const response = await fetch(service.url + url, {
              ...init,
              signal: AbortSignal.timeout(20_000),
            });
            const answer = await response.text();
            const { status } = response;
            statuses.set(status, (statuses.get(status) ?? 0) + 1);
            expect(status, answer).toBeLessThan(500);
            if (status < 400) return;
            expect(response.headers.get('content-type')).toContain('application/problem+json');
            const problem = JSON.parse(answer) as Record<string, unknown>;
            expect(problem).toMatchObject({
              status,
              type: expect.stringMatching(/^urn:spanledger:/),
            });
          },
        ),
        { numRuns: RUNS, seed: SEED, endOnFailure: true },
      );
      // It must have got past the first check of fields as well, or nothing was tested.
      expect(statuses.get(200)).toBeGreaterThan(0);
      expect(statuses.get(422)).toBeGreaterThan(0);
      const { body } = await service.get('/health');
      expect(body).toMatchObject({ status: 'ok' });
    },
    15 * 60_000,
  );

  it('at all as bytes leaves the service well', async () => {
    const { hostname, port } = new URL(service.url);
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
          fc.constantFrom(...RAW).map((line) => Buffer.from(line)),
        ),
        (bytes) =>
          new Promise<void>((resolve) => {
            const socket = connect({ host: hostname, port: Number(port) });
            socket.once('close', () => resolve());
            socket.on('error', () => undefined).resume();
            socket.write(bytes);
            setTimeout(() => socket.destroy(), 5);
          }),
      ),
      { numRuns: 150, seed: SEED },
    );
    expect((await service.get('/health')).body).toMatchObject({ status: 'ok' });
    expect((await service.get('/usage', ADMIN)).status).toBe(200);
  }, 120_000);
});

const POST = 'POST /chat HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';
const RAW = [
  'GET / HTTP/1.1\r\n',
  'GET / HTTP/9.9\r\nhost: x\r\n\r\n',
  `${POST}content-length: 99\r\n\r\n{"message"`,
  `${POST}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`,
  `${POST}transfer-encoding: chunked\r\n\r\nZZ\r\n`,
  `${POST}transfer-encoding: chunked\r\ncontent-length: 5\r\n\r\n0\r\n\r\n`,
  `${POST}expect: 100-continue\r\ncontent-length: 10\r\n\r\n`,
  'GET / HTTP/1.1\r\nhost: x\r\n\r\nGET /usage HTTP/1.1\r\nhost: x\r\n\r\ngarbage',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'GET /conversation/%ff HTTP/1.1\r\nhost: x\r\n\r\n',
  'GET http://elsewhere/ HTTP/1.1\r\nhost: x\r\n\r\n',
  'CONNECT x:1 HTTP/1.1\r\nhost: x\r\n\r\n',
];
