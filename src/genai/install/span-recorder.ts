import {
  TraceFlags,
  isSpanContextValid,
  trace,
  type Attributes,
  type Context,
  type HrTime,
  type SpanContext,
  type SpanKind,
  type SpanStatus,
} from '@opentelemetry/api';
import { randomSpanId, randomTraceId, type SamplerLike } from '../spans/index.js';

const RECORD_AND_SAMPLED = 2;

/** A span that is over. */
export interface FinishedSpan {
  /** As {@link SpanRecorder.begin} gave them. */
  readonly ids: SpanContext;
  readonly parent: SpanContext | undefined;
  readonly name: string;
  readonly kind: SpanKind;
  /** Milliseconds since 1970. */
  readonly startMs: number;
  readonly durationMs: number;
  readonly attributes: Attributes;
  readonly status: SpanStatus;
  readonly events: ReadonlyArray<{
    readonly name: string;
    readonly time: HrTime;
    readonly attributes: Attributes;
  }>;
}

/** What becomes of finished spans: the processors that export. */
interface Exporting {
  onEnd(span: unknown): void;
}

/**
 * Records spans whose work somebody else follows, such as those of requests: ids at the beginning,
 * all the rest at the end. A span of the SDK can be written to in between, and pays for that.
 *
 * What runs beneath finds the ids in its context, so that its spans and its log lines belong to it.
 */
export class SpanRecorder {
  #resource: object | undefined;

  /** @param resourceOf - asked once, when the first span ends */
  constructor(
    private readonly scope: { readonly name: string },
    private readonly sampler: SamplerLike,
    private readonly exporting: readonly Exporting[],
    private readonly resourceOf: () => object,
  ) {}

  /** Ids of a new span, which say whether it will be exported. */
  begin(name: string, kind: SpanKind, attributes: Attributes, parent: Context): SpanContext {
    const above = trace.getSpanContext(parent);
    const isChild = above !== undefined && isSpanContextValid(above);
    const traceId = isChild ? above.traceId : randomTraceId();
    const { decision, traceState } = this.sampler.shouldSample(
      parent,
      traceId,
      name,
      kind,
      attributes,
      [],
    );
    return {
      traceId,
      spanId: randomSpanId(),
      traceFlags: decision === RECORD_AND_SAMPLED ? TraceFlags.SAMPLED : TraceFlags.NONE,
      traceState: traceState ?? (isChild ? above.traceState : undefined),
    };
  }

  end(span: FinishedSpan): void {
    if ((span.ids.traceFlags & TraceFlags.SAMPLED) === 0) return;
    this.#resource ??= this.resourceOf();
    const recorded = new RecordedSpan(span, this.#resource, this.scope);
    for (const processor of this.exporting) processor.onEnd(recorded);
  }
}

const NONE: readonly never[] = [];

/** The SDK's `ReadableSpan`. */
class RecordedSpan {
  readonly name: string;
  readonly kind: SpanKind;
  readonly attributes: Attributes;
  readonly status: SpanStatus;
  readonly events: FinishedSpan['events'];
  readonly links = NONE;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly duration: HrTime;
  readonly ended = true;
  readonly droppedAttributesCount = 0;
  readonly droppedEventsCount = 0;
  readonly droppedLinksCount = 0;
  readonly parentSpanContext: SpanContext | undefined;
  readonly #ids: SpanContext;

  constructor(
    span: FinishedSpan,
    readonly resource: object,
    readonly instrumentationScope: { readonly name: string },
  ) {
    this.name = span.name;
    this.kind = span.kind;
    this.attributes = span.attributes;
    this.status = span.status;
    this.events = span.events;
    this.startTime = hrTime(span.startMs);
    this.endTime = hrTime(span.startMs + span.durationMs);
    this.duration = hrTime(span.durationMs);
    this.parentSpanContext = span.parent;
    this.#ids = span.ids;
  }

  spanContext(): SpanContext {
    return this.#ids;
  }
}

/** Seconds and nanoseconds; what is shorter than a microsecond no clock here can tell. */
function hrTime(milliseconds: number): HrTime {
  const microseconds = Math.round(milliseconds * 1000);
  const seconds = Math.floor(microseconds / 1e6);
  return [seconds, (microseconds - seconds * 1e6) * 1000];
}
