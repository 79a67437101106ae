import { ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { install } from './index.js';

let exporter: InMemorySpanExporter;
const recorder = () => {
  const made = install({
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
    instrumentations: [],
  }).recorder('requests');
  if (!made) throw new Error('no recorder');
  return made;
};
const finished = (ids: ReturnType<ReturnType<typeof recorder>['begin']>) => ({
  ids,
  parent: undefined,
  name: 'GET /items',
  kind: SpanKind.SERVER,
  startMs: 1_790_000_000_999.9,
  durationMs: 0.25,
  attributes: { 'http.route': '/items', note: 'mail ada@example.org' },
  status: { code: SpanStatusCode.UNSET },
  events: [],
});
/** The resource is still being put together when the first span ends. */
const exported = async () => {
  await install().forceFlush();
  return exporter.getFinishedSpans();
};

beforeEach(() => {
  exporter = new InMemorySpanExporter();
  for (const name of Object.keys(process.env))
    if (name.startsWith('OTEL_')) vi.stubEnv(name, undefined);
});
afterEach(async () => {
  await install().shutdown();
  vi.unstubAllEnvs();
});

describe('SpanRecorder', () => {
  it('gives exporters what a span of the SDK gives them, redacted like any other', async () => {
    const requests = recorder();
    const ids = requests.begin('GET /items', SpanKind.SERVER, {}, ROOT_CONTEXT);
    requests.end(finished(ids));
    trace
      .getTracer('requests')
      .startSpan('GET /items', {
        kind: SpanKind.SERVER,
        startTime: [1_790_000_000, 999_900_000],
        attributes: { 'http.route': '/items', note: 'mail [redacted:email]' },
      })
      .end([1_790_000_001, 150_000]);
    const { 0: ours, 1: ofSdk, length } = await exported();
    expect(length).toBe(2);
    // Both are copies of one class, so that all that exporters read is compared.
    expect(ours).toEqual(ofSdk);
    expect(ours?.spanContext()).toEqual(ids);
    expect(ids).toMatchObject({ traceFlags: TraceFlags.SAMPLED });
    expect(ids.traceId).toMatch(/^[\da-f]{32}$/);
    expect(ids.spanId).toMatch(/^[\da-f]{16}$/);
  });

  it('continues the trace of its parent, and does as that was decided', async () => {
    const requests = recorder();
    const traceState = { serialize: () => 'vendor=1' } as never;
    for (const traceFlags of [TraceFlags.SAMPLED, TraceFlags.NONE]) {
      const parent = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags, traceState };
      const context = trace.setSpanContext(ROOT_CONTEXT, parent);
      const ids = requests.begin('GET /items', SpanKind.SERVER, {}, context);
      requests.end({ ...finished(ids), parent });
      expect(ids).toMatchObject({ traceId: parent.traceId, traceFlags, traceState });
    }
    expect((await exported()).map((span) => span.parentSpanContext?.spanId)).toEqual([
      'b'.repeat(16),
    ]);
  });

  it('asks the sampler of the environment', () => {
    vi.stubEnv('OTEL_TRACES_SAMPLER', 'always_off');
    const ids = recorder().begin('GET /items', SpanKind.SERVER, {}, ROOT_CONTEXT);
    expect(ids.traceFlags).toBe(TraceFlags.NONE);
  });

  it('is not there when nothing exports', () => {
    expect(install({ instrumentations: [] }).recorder('requests')).toBeUndefined();
  });
});
