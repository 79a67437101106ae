import { context, trace, logs } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { LoggerProvider } from '@opentelemetry/sdk-logs';
import { TracerProvider } from '@opentelemetry/sdk-trace';

/*
 * Records what an instrumentation does to its spans, in order, so that a test can do the same to
 * spans of its own: which attributes were there at the start, what was added later, who ended first.
 */

const KINDS = ['INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
const STATUSES = ['UNSET', 'OK', 'ERROR'];

export class Recorder {
  #clock = 0;
  #recorded = new Map();
  #logs = [];

  onStart(span) {
    this.#recorded.set(span.spanContext().spanId, {
      span,
      started: this.#clock++,
      atStart: structuredClone(span.attributes),
    });
  }

  onEnd(span) {
    this.#recorded.get(span.spanContext().spanId).ended = this.#clock++;
  }

  onEmit(record) {
    this.#logs.push({
      eventName: record.eventName,
      span: record.spanContext?.spanId,
      at: this.#clock++,
      body: record.body,
      attributes: record.attributes,
    });
  }

  async forceFlush() {}
  async shutdown() {}

  /** The spans in the order they started; one that never ended has no `ended`. */
  golden() {
    const all = [...this.#recorded.values()];
    const index = new Map(all.map(({ span }, i) => [span.spanContext().spanId, i]));
    const spans = all.map(({ span, started, ended, atStart }) => ({
      name: span.name,
      kind: KINDS[span.kind],
      scope: span.instrumentationScope.name,
      version: span.instrumentationScope.version,
      parent: index.get(span.parentSpanContext?.spanId) ?? null,
      started,
      ended,
      atStart: stable(atStart),
      attributes: stable(span.attributes),
      events: span.events.map(({ name, attributes }) => ({
        name,
        attributes: stable(attributes ?? {}),
      })),
      status: STATUSES[span.status.code],
    }));
    const logRecords = this.#logs.map(({ span, ...log }) => ({
      ...log,
      span: index.get(span) ?? null,
    }));
    return { spans, ...(logRecords.length > 0 && { logs: logRecords }) };
  }
}

/** Makes `recorder` hear every span and log record of this process. */
export function install(recorder) {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const tracerProvider = new TracerProvider({ spanProcessors: [recorder] });
  trace.setGlobalTracerProvider(tracerProvider);
  const loggerProvider = new LoggerProvider({ processors: [recorder] });
  logs.setGlobalLoggerProvider(loggerProvider);
  return { tracerProvider, loggerProvider };
}

/** Attributes without what differs from run to run: ports, clocks and generated ids. */
function stable(attributes) {
  const entries = Object.entries(attributes).map(([key, value]) => {
    if (key.endsWith('port')) return [key, 8000];
    if (typeof value === 'number' && !Number.isInteger(value)) return [key, 0.5];
    if (/(time|duration|ms|latency)[A-Za-z_.]*$/i.test(key) && typeof value === 'number')
      return [key, 1];
    if (typeof value !== 'string') return [key, value];
    return [
      key,
      value
        .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:8000')
        .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '2026-11-20T00:00:00.000Z')
        .replace(/Bearer \S+/g, 'Bearer key'),
    ];
  });
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
