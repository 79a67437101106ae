import { readFileSync } from 'node:fs';
import {
  context,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Logger,
  type LogRecord,
  type Span,
  type Tracer,
} from '@opentelemetry/api';

/** A recording of what a real instrumentation did to its spans; see `test/conformance`. */
interface Golden {
  readonly spans: readonly GoldenSpan[];
  readonly logs?: readonly GoldenLog[];
}

interface GoldenLog {
  readonly at: number;
  /** Index of the span in whose context it was emitted. */
  readonly span: number | null;
  readonly eventName?: string;
  readonly body?: LogRecord['body'];
  readonly attributes: LogRecord['attributes'];
}

interface GoldenSpan {
  readonly name: string;
  readonly kind: keyof typeof SpanKind;
  readonly scope: string;
  readonly version?: string;
  readonly parent: number | null;
  /** Its place in the order of all starts and ends. */
  readonly started: number;
  readonly ended?: number;
  readonly atStart: Attributes;
  readonly attributes: Attributes;
  readonly status: keyof typeof SpanStatusCode;
}

function readGolden(name: string): Golden {
  const file = new URL(`../../../../test/conformance/golden/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Golden;
}

/** Starts and ends spans as the recording has it; each gets its later attributes just before its end. */
export function replay(
  name: string,
  tracerOf: (scope: string, version?: string) => Tracer,
  logger?: Logger,
): void {
  const { spans, logs = [] } = readGolden(name);
  const live: Span[] = [];
  const steps = spans.flatMap((span, index) => [
    { at: span.started, run: () => void (live[index] = start(span)) },
    { at: span.ended ?? Infinity, run: () => end(span, live[index]) },
  ]);
  for (const { at, span, ...record } of logs) {
    steps.push({ at, run: () => logger?.emit({ ...record, context: contextOf(span) }) });
  }
  for (const step of steps.toSorted((a, b) => a.at - b.at)) {
    if (step.at < Infinity) step.run();
  }

  function start({ name: spanName, kind, scope, version, parent, atStart }: GoldenSpan): Span {
    const options = { kind: SpanKind[kind], attributes: atStart };
    return tracerOf(scope, version).startSpan(spanName, options, contextOf(parent));
  }

  function contextOf(index: number | null): Context {
    const span = index === null ? undefined : live[index];
    return span ? trace.setSpan(context.active(), span) : context.active();
  }

  function end({ attributes, atStart, status }: GoldenSpan, span: Span | undefined): void {
    for (const [key, value] of Object.entries(attributes)) {
      if (!(key in atStart)) span?.setAttribute(key, value as Attributes[string] & {});
    }
    if (status !== 'UNSET') span?.setStatus({ code: SpanStatusCode[status] });
    span?.end();
  }
}
