import { INVALID_SPAN_CONTEXT, trace, type Span } from '@opentelemetry/api';

/** The active span, or one that takes everything and keeps nothing. */
export function currentSpan(): Span {
  return trace.getActiveSpan() ?? trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
}
