import { readFileSync } from 'node:fs';
import {
  context,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Span,
  type Tracer,
} from '@opentelemetry/api';

/** A recording of what a real instrumentation did to its spans; see `test/conformance`. */
interface Golden {
  readonly spans: readonly GoldenSpan[];
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
export function replay(name: string, tracerOf: (scope: string, version?: string) => Tracer): void {
  const { spans } = readGolden(name);
  const live: Span[] = [];
  const steps = spans.flatMap((span, index) => [
    { at: span.started, run: () => (live[index] = start(span)) },
    { at: span.ended ?? Infinity, run: () => end(span, live[index]) },
  ]);
  for (const step of steps.toSorted((a, b) => a.at - b.at)) {
    if (step.at < Infinity) step.run();
  }

  function start({ name: spanName, kind, scope, version, parent, atStart }: GoldenSpan): Span {
    const above = parent === null ? undefined : live[parent];
    const parentContext = above ? trace.setSpan(context.active(), above) : context.active();
    const options = { kind: SpanKind[kind], attributes: atStart };
    return tracerOf(scope, version).startSpan(spanName, options, parentContext);
  }

  function end({ attributes, atStart, status }: GoldenSpan, span: Span | undefined): void {
    for (const [key, value] of Object.entries(attributes)) {
      if (!(key in atStart)) span?.setAttribute(key, value as Attributes[string] & {});
    }
    if (status !== 'UNSET') span?.setStatus({ code: SpanStatusCode[status] });
    span?.end();
  }
}
