import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { check } from '../../stack/check/check.ts';
import { readLinks } from '../../stack/check/link-queries.ts';
import { loki, prometheus, tempo } from '../../stack/check/servers.ts';
import { ROOT } from './support/files.js';

const WEEK = 7 * 86_400;
// As a search names it: without the zeros that it begins with.
const FOUND = 'f7651916cd43dd8448eb211c80319c';
const ID = `00${FOUND}`;

/** What was asked, and what Tempo, Loki and Prometheus would answer: all three at one address. */
let server: Server;
let url: string;
let asked: URL[] = [];
let trace: { status: number; body: unknown };

beforeAll(async () => {
  server = createServer((request, response) => {
    const question = new URL(request.url ?? '', 'http://server');
    const { pathname } = question;
    asked.push(question);
    const series = { metric: {}, value: [0, '1'], values: [[0, '1']] };
    const whole = pathname.startsWith('/api/v2/traces/') ? trace : undefined;
    let body: unknown = { data: { result: [series] } };
    if (whole) body = whole.body;
    else if (pathname === '/api/search') body = { traces: [{ traceID: FOUND }] };
    else if (pathname === '/api/v1/metadata') body = { data: {} };
    response.writeHead(whole?.status ?? 200).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());
beforeEach(() => {
  asked = [];
  const attributes = [{ key: 'service.name', value: { stringValue: 'shop' } }];
  trace = { status: 200, body: { trace: { resourceSpans: [{ resource: { attributes } }] } } };
});

const run = () =>
  check(
    readLinks(ROOT),
    { tempo: tempo(url), loki: loki(url, WEEK), prometheus: prometheus(url, WEEK) },
    { rangeSeconds: WEEK, rateInterval: '5m' },
  );
const queryOf = ({ searchParams }: URL) => searchParams.get('query') ?? '';

describe('stack:check', () => {
  it('follows the links out of a trace that it found and read', async () => {
    const outcomes = await run();
    expect(outcomes.map(({ status }) => status)).toEqual(outcomes.map(() => 'data'));
    expect(asked.map(({ pathname }) => pathname)).toContain(`/api/v2/traces/${FOUND}`);
    const queries = asked.map(queryOf);
    expect(queries).toContain(`{service="shop"} | trace_id = "${ID}"`);
    expect(queries.filter((query) => query.includes('traces_spanmetrics_'))).toHaveLength(3);
    expect(queries.filter((query) => query.includes('traces_service_graph_'))).toHaveLength(1);
  });

  it.each([
    ['is not there', { status: 404, body: {} }, '404'],
    ['has no spans', { status: 200, body: { trace: {} } }, 'no spans to read'],
  ])('fails where the trace that was found %s', async (_, answer, said) => {
    trace = answer;
    const [found, ...links] = await run();
    expect(found).toMatchObject({ status: 'error', note: expect.stringContaining(said) as string });
    expect(links[0]).toMatchObject({ status: 'skipped', note: 'no trace was found' });
  });

  it('asks for no more points than Prometheus gives, however long the time', async () => {
    await run();
    const steps = asked.flatMap(({ searchParams }) => searchParams.get('step') ?? []);
    expect(steps.length).toBeGreaterThan(0);
    for (const step of steps) expect(WEEK / Number(step)).toBeLessThan(11_000);
  });
});
