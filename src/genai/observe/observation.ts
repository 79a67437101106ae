import { TraceFlags, diag, trace, type Context, type Span } from '@opentelemetry/api';
import { GenAi, INSTRUMENTATION_SCOPE, Own } from '../conventions/index.js';
import { contextWithPrices } from '../pricing/index.js';
import { contextWithContentMode } from '../redaction/index.js';
import { contextWithScope } from '../scope/index.js';
import { isCancellation } from './cancellation.js';
import { recordInput } from './record-content.js';
import { recordFailure } from './record-failure.js';
import { Recorder } from './recorder.js';
import { requestAttributes } from './request-attributes.js';
import type { SpanShape } from './span-shape.js';
import { tellWork, workIsHeard } from './work-listeners.js';
import { chatSpanName } from './write-answer.js';

/**
 * The span of one observed call, and the context that the call runs in. It ends once, however often
 * it is told to.
 */
export class Observation {
  /** What the work runs in: the span is active, and the scope open. */
  readonly context: Context;
  readonly #span: Span;
  readonly #call: ObservedCall;
  readonly #recorder: Recorder | undefined;
  readonly #begun = workIsHeard() ? performance.now() : undefined;
  #requestModel: string | undefined;
  #errorType: string | undefined;
  #ended = false;

  constructor(call: ObservedCall) {
    const { shape, outer } = call;
    const parent = parentContext(shape, outer);
    this.#call = call;
    this.#span = shape.kind === 'llm' ? this.#startCallOfModel(parent) : start(shape, parent);
    this.context = trace.setSpan(parent, this.#span);
    if (!this.#span.isRecording()) return;
    if (shape.captureOutput || shape.kind === 'llm') this.#recorder = new Recorder(shape);
    if (shape.capturesCall) this.#guard(() => recordInput(this.#span, shape, call.args));
  }

  /** Another one of the same call, for results that do their work once for each consumer. */
  again(): Observation {
    return new Observation(this.#call);
  }

  /** One of the values of the result has come. */
  value(value: unknown): void {
    if (!this.#recorder || this.#ended) return;
    this.#guard(() => this.#recorder?.addValue(value));
  }

  /**
   * The work is done.
   * @param result - what came of it; of a stream, what came last of all
   */
  end(result?: unknown): void {
    if (this.#ended) return;
    if (this.#recorder) this.#guard(() => this.#recorder?.addWhole(result));
    this.#end();
  }

  /** Whoever wanted the result went away: that is not a failure. */
  cancel(): void {
    if (this.#ended) return;
    this.#span.setAttribute(Own.cancelled, true);
    this.#end();
  }

  /** The work threw. */
  fail(error: unknown): void {
    if (this.#ended) return;
    if (isCancellation(error, this.#call.args)) return this.cancel();
    this.#errorType = recordFailure(this.#span, error);
    this.#end();
  }

  #end(): void {
    this.#ended = true;
    if (this.#recorder) {
      this.#guard(() => this.#recorder?.writeTo(this.#span, this.#requestModel));
    }
    this.#span.end();
    if (this.#begun !== undefined) this.#tell(performance.now() - this.#begun);
  }

  #tell(durationMs: number): void {
    const { kind, workName: name } = this.#call.shape;
    const { traceId, traceFlags } = this.#span.spanContext();
    const exported = (traceFlags & TraceFlags.SAMPLED) !== 0;
    this.#guard(() =>
      tellWork({
        kind,
        name,
        durationMs,
        errorType: this.#errorType,
        traceId: exported ? traceId : undefined,
      }),
    );
  }

  /** The model is in the name, and samplers decide by what a span begins with. */
  #startCallOfModel(parent: Context): Span {
    const { shape, args } = this.#call;
    const attributes = requestAttributes(args);
    const model = attributes[GenAi.requestModel];
    if (typeof model === 'string') this.#requestModel = model;
    const name = this.#requestModel ? chatSpanName(this.#requestModel) : shape.name;
    const options = {
      ...shape.options,
      attributes: { ...shape.options.attributes, ...attributes },
    };
    return start({ name, options }, parent);
  }

  /** Results are the application's objects: reading one may run code of its own, which may throw. */
  #guard(step: () => void): void {
    try {
      step();
    } catch (error) {
      diag.debug('Spanledger could not read what a call was given or gave', error);
    }
  }
}

/** A call that is observed. */
export interface ObservedCall {
  readonly shape: SpanShape;
  readonly args: readonly unknown[];
  /** The context of the caller. */
  readonly outer: Context;
}

function parentContext({ scope, pricing, content }: SpanShape, outer: Context): Context {
  const scoped = scope ? contextWithScope(outer, scope) : outer;
  const priced = pricing ? contextWithPrices(scoped, pricing) : scoped;
  return content ? contextWithContentMode(priced, content) : priced;
}

function start({ name, options }: Pick<SpanShape, 'name' | 'options'>, parent: Context): Span {
  // Of the provider that is registered now: a tracer got earlier would stay silent for ever.
  return trace.getTracer(INSTRUMENTATION_SCOPE).startSpan(name, options, parent);
}
