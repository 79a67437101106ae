import type {
  Attributes,
  Context,
  HrTime,
  Link,
  Span,
  SpanContext,
  SpanKind,
  SpanStatus,
  TraceState,
} from '@opentelemetry/api';

/*
 * What we need of the OpenTelemetry SDK, by shape alone. The SDK has two lines (2.x and 3.x) that
 * cannot be mixed in one application; a value or type imported from either would tie us to it.
 */

/** A span as the SDK hands it to a processor: it can be written until `onEnding` returns. */
export interface SdkSpan extends Span {
  readonly name: string;
  readonly kind: SpanKind;
  readonly attributes: Attributes;
  readonly status: SpanStatus;
  readonly startTime: HrTime;
  readonly duration: HrTime;
  readonly parentSpanContext?: SpanContext;
  readonly instrumentationScope: { readonly name: string; readonly version?: string };
}

/** The SDK's `SpanProcessor`. `onEnding` is experimental there, present since 2.3.0. */
export interface SpanProcessorLike {
  onStart(span: SdkSpan, parentContext: Context): void;
  onEnding?(span: SdkSpan): void;
  onEnd(span: unknown): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

/** The SDK's sampling decision: 0 not recorded, 1 recorded but not exported, 2 both. */
export interface SamplingResultLike {
  readonly decision: number;
  readonly traceState?: TraceState;
}

/** The SDK's `Sampler`. */
export interface SamplerLike<R extends SamplingResultLike = SamplingResultLike> {
  shouldSample(
    context: Context,
    traceId: string,
    spanName: string,
    spanKind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): R;
  toString(): string;
}
