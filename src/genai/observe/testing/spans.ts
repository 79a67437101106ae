import { SpanStatusCode, context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { SpanledgerSpanProcessor } from '../../spans/index.js';

/** Registers a provider for a spec file; gives what was exported since the test began. */
export function exportedSpans(): () => ReadableSpan[] {
  const exporter = new InMemorySpanExporter();
  beforeAll(() => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager());
    trace.setGlobalTracerProvider(
      new TracerProvider({
        spanProcessors: [new SpanledgerSpanProcessor(), new SimpleSpanProcessor({ exporter })],
      }),
    );
  });
  afterAll(() => {
    trace.disable();
    context.disable();
  });
  beforeEach(() => exporter.reset());
  return () => exporter.getFinishedSpans();
}

/** What became of the one span of that name: still open, or how it ended. */
export function endingOf(spans: readonly ReadableSpan[], name = 'work'): string {
  const [span, ...more] = spans.filter((candidate) => candidate.name === name);
  if (!span) return 'open';
  expect(more).toEqual([]);
  const exceptions = span.events.filter((event) => event.name === 'exception');
  if (span.status.code === SpanStatusCode.ERROR) {
    expect(exceptions).toHaveLength(1);
    return `failed: ${String(span.attributes['error.type'])}`;
  }
  expect(exceptions).toEqual([]);
  expect(span.attributes['error.type']).toBeUndefined();
  return span.attributes['spanledger.cancelled'] ? 'cancelled' : 'ended';
}

/** A span of its own, to see what is active where it is made. */
export function mark(name: string): void {
  trace.getTracer('test').startSpan(name).end();
}

/** Names of the parents of all spans of that name; undefined for a root. */
export function parentsOf(spans: readonly ReadableSpan[], name: string): (string | undefined)[] {
  return spans
    .filter((span) => span.name === name)
    .map(({ parentSpanContext }) => parentSpanContext?.spanId)
    .map((id) => id && (spans.find((span) => span.spanContext().spanId === id)?.name ?? 'open'));
}

/** All that an iterable gives. */
export async function collect<T>(values: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const value of values) collected.push(value);
  return collected;
}
