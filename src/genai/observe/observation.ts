import {
  SpanStatusCode,
  context,
  trace,
  type Context,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import { INSTRUMENTATION_SCOPE, Otel, Own } from '../conventions/index.js';
import { isCancellation } from './cancellation.js';
import type { SpanShape } from './span-shape.js';

/**
 * The span of one observed piece of work, and the context that the work runs in. It ends once,
 * however often it is told to.
 */
export class Observation {
  readonly context: Context;
  readonly #span: Span;
  #ended = false;

  constructor(shape: SpanShape) {
    const parent = context.active();
    this.#span = tracer().startSpan(shape.name, shape.options, parent);
    this.context = trace.setSpan(parent, this.#span);
  }

  /** The work is done. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#span.end();
  }

  /** Whoever wanted the result went away: that is not a failure. */
  cancel(): void {
    if (this.#ended) return;
    this.#span.setAttribute(Own.cancelled, true);
    this.end();
  }

  /** The work threw. */
  fail(error: unknown): void {
    if (this.#ended) return;
    if (isCancellation(error)) return this.cancel();
    const type = error instanceof Error ? error.name : typeof error;
    this.#span.setAttribute(Otel.errorType, type);
    this.#span.setStatus({
      code: SpanStatusCode.ERROR,
      message: error instanceof Error ? error.message : undefined,
    });
    if (error instanceof Error) this.#span.recordException(error);
    this.end();
  }
}

/** Of the provider that is registered now: what was made before it would stay silent for ever. */
function tracer(): Tracer {
  return trace.getTracer(INSTRUMENTATION_SCOPE);
}
