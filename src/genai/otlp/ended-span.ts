import type { HrTime, Link, SpanContext, SpanKind, SpanStatus } from '@opentelemetry/api';

type Attributes = Readonly<Record<string, unknown>>;

/** What is sent of a span, by shape: the SDK's `ReadableSpan`. */
export interface EndedSpan {
  readonly name: string;
  readonly kind: SpanKind;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly status: SpanStatus;
  readonly attributes: Attributes;
  readonly droppedAttributesCount: number;
  readonly events: readonly SpanEvent[];
  readonly droppedEventsCount: number;
  readonly links: ReadonlyArray<Link & { readonly droppedAttributesCount?: number }>;
  readonly droppedLinksCount: number;
  readonly parentSpanContext?: SpanContext;
  readonly resource: { readonly attributes: Attributes; readonly schemaUrl?: string };
  readonly instrumentationScope: InstrumentationScope;
  spanContext(): SpanContext;
}

export interface SpanEvent {
  readonly time: HrTime;
  readonly name: string;
  readonly attributes?: Attributes;
  readonly droppedAttributesCount?: number;
}

export interface InstrumentationScope {
  readonly name: string;
  readonly version?: string;
  readonly schemaUrl?: string;
  readonly attributes?: Attributes;
  readonly droppedAttributesCount?: number;
}
