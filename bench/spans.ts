import { createRequire } from 'node:module';
import type * as Otlp from '../src/genai/otlp/index.ts';
import { spread } from './statistics.ts';

/*
 * node bench/spans.ts (after npm run build)
 *
 * What it costs to write the spans of requests as the body of an OTLP request: our encoder beside
 * the SDK's, whose bytes are the same. CPU time of the thread; both take turns.
 */

const ROUNDS = 15;
const BATCHES = 40;
const SPANS = 512;

const built = new URL('../dist/genai/otlp/index.js', import.meta.url).href;
const { SpanEncoder } = (await import(built)) as typeof Otlp;

const here = createRequire(import.meta.url);
const fromSdk = createRequire(here.resolve('@opentelemetry/sdk-node'));
const { ProtobufTraceSerializer } = fromSdk('@opentelemetry/otlp-transformer') as {
  ProtobufTraceSerializer: { serializeRequest(spans: unknown): Uint8Array };
};
const encoder = new SpanEncoder();
const resource = { attributes: { 'service.name': 'bench', 'service.version': '1' } };
const instrumentationScope = { name: 'bench' };
const spans = Array.from({ length: SPANS }, (_, n) => {
  const id = n.toString(16).padStart(16, '0');
  return {
    name: 'GET /api/users/:user_id',
    kind: 1,
    startTime: [1_790_000_000, 123_456_000],
    endTime: [1_790_000_000, 124_567_000],
    status: { code: 0 },
    attributes: {
      'http.request.method': 'GET',
      'http.route': '/api/users/:user_id',
      'url.path': `/api/users/${n}`,
      'url.scheme': 'http',
      'http.response.status_code': 200,
    },
    droppedAttributesCount: 0,
    events: [],
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
    resource,
    instrumentationScope,
    spanContext: () => ({ traceId: `${id}${id}`, spanId: id, traceFlags: 1 }),
  };
}) as unknown as Parameters<Otlp.SpanEncoder['encode']>[0];

const variants = {
  sdk: () => ProtobufTraceSerializer.serializeRequest(spans),
  ours: () => encoder.encode(spans),
};
if (!Buffer.from(variants.sdk()).equals(Buffer.from(variants.ours()))) {
  throw new Error('The bytes differ');
}

const times = { sdk: [] as number[], ours: [] as number[] };
for (let round = 0; round <= ROUNDS; round++) {
  for (const name of ['sdk', 'ours'] as const) {
    const begun = process.threadCpuUsage();
    for (let batch = 0; batch < BATCHES; batch++) variants[name]();
    const { user, system } = process.threadCpuUsage(begun);
    // The first round warms up.
    if (round > 0) times[name].push((user + system) / BATCHES / SPANS);
  }
}
const ratios = times.ours.map((time, round) => time / (times.sdk[round] ?? Number.NaN));
console.log(`the SDK's encoder  ${spread(times.sdk, 2)} us a span`);
console.log(`ours               ${spread(times.ours, 2)} us a span, ${spread(ratios, 2)} of it`);
