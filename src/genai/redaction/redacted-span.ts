import type { HrTime, Link, SpanContext, SpanKind, SpanStatus } from '@opentelemetry/api';

export interface ResourceLike {
  readonly attributes: Record<string, unknown>;
  readonly asyncAttributesPending?: boolean;
}

export interface SpanEvent {
  readonly name: string;
  readonly attributes?: object;
}

/** What exporters read of a span that has ended: the SDK's `ReadableSpan`, of any of its lines. */
export interface EndedSpan {
  readonly name: string;
  readonly kind: SpanKind;
  readonly status: SpanStatus;
  readonly resource: ResourceLike;
  readonly attributes: Record<string, unknown>;
  readonly links: readonly Link[];
  readonly events: readonly SpanEvent[];
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly duration: HrTime;
  readonly ended: boolean;
  readonly droppedAttributesCount: number;
  readonly droppedEventsCount: number;
  readonly droppedLinksCount: number;
  readonly parentSpanContext?: SpanContext;
  readonly instrumentationScope?: object;
  spanContext(): SpanContext;
}

/** What was looked through of a span. */
export interface RedactedParts {
  readonly ids: SpanContext;
  readonly parent: SpanContext | undefined;
  readonly resource: object;
  readonly scope: object | undefined;
  readonly name: string;
  readonly status: SpanStatus;
  readonly attributes: Record<string, unknown>;
  readonly links: readonly Link[];
  readonly events: readonly SpanEvent[];
}

/** A span as it may leave: exporters read it many times, and what is not listed here does not go out. */
export class RedactedSpan {
  readonly name: string;
  readonly kind: SpanKind;
  readonly status: SpanStatus;
  readonly resource: object;
  readonly attributes: Record<string, unknown>;
  readonly links: readonly Link[];
  readonly events: readonly SpanEvent[];
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly duration: HrTime;
  readonly ended: boolean;
  readonly droppedAttributesCount: number;
  readonly droppedEventsCount: number;
  readonly droppedLinksCount: number;
  readonly parentSpanContext: SpanContext | undefined;
  readonly instrumentationScope: object | undefined;
  readonly #ids: SpanContext;

  constructor(span: EndedSpan, parts: RedactedParts) {
    this.name = parts.name;
    this.kind = span.kind;
    this.status = parts.status;
    this.resource = parts.resource;
    this.attributes = parts.attributes;
    this.links = parts.links;
    this.events = parts.events;
    this.startTime = span.startTime;
    this.endTime = span.endTime;
    this.duration = span.duration;
    this.ended = span.ended;
    this.droppedAttributesCount = span.droppedAttributesCount;
    this.droppedEventsCount = span.droppedEventsCount;
    this.droppedLinksCount = span.droppedLinksCount;
    this.parentSpanContext = parts.parent;
    this.instrumentationScope = parts.scope;
    this.#ids = parts.ids;
  }

  spanContext(): SpanContext {
    return this.#ids;
  }
}
