import {
  ROOT_CONTEXT,
  SpanKind,
  trace,
  type Attributes,
  type Context,
  type Span,
} from '@opentelemetry/api';
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
  type ReadableSpan,
  type TracerProviderOptions,
} from '@opentelemetry/sdk-trace';
import { contextWithScope, type Scope } from '../../scope/index.js';
import {
  SpanledgerSpanProcessor,
  type InferenceRecord,
  type SpanledgerSpanProcessorOptions,
} from '../index.js';

interface SpanOptions {
  readonly under?: Span;
  readonly in?: Context;
  readonly scope?: Scope;
  readonly by?: string;
  readonly kind?: SpanKind;
  readonly name?: string;
  readonly startTime?: Date;
}

/** 1,000 input and 100 output tokens of claude-haiku-4-5, at 1 and 5 USD a million: 0.0015 USD. */
export const CALL = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'anthropic',
  'gen_ai.request.model': 'claude-haiku-4-5',
} as const;
export const USAGE = {
  'gen_ai.usage.input_tokens': 1000,
  'gen_ai.usage.output_tokens': 100,
} as const;

/** A tracer provider with the processor under test, and short ways to make spans for it. */
export class TraceKit {
  readonly calls: InferenceRecord[] = [];
  readonly processor: SpanledgerSpanProcessor;
  readonly #exporter = new InMemorySpanExporter();
  readonly #provider: TracerProvider;

  constructor(
    options: SpanledgerSpanProcessorOptions = {},
    provider: Omit<TracerProviderOptions, 'spanProcessors'> = {},
  ) {
    this.processor = new SpanledgerSpanProcessor({
      onInference: (call) => this.calls.push(call),
      ...options,
    });
    this.#provider = new TracerProvider({
      ...provider,
      spanProcessors: [this.processor, new SimpleSpanProcessor({ exporter: this.#exporter })],
    });
  }

  /** Starts a span, without ending it. */
  start(attributes: Attributes, options: SpanOptions = {}): Span {
    const {
      under,
      scope,
      by = 'test',
      kind = SpanKind.INTERNAL,
      name = 'span',
      startTime,
    } = options;
    let parent = options.in ?? ROOT_CONTEXT;
    if (scope) parent = contextWithScope(parent, scope);
    if (under) parent = trace.setSpan(parent, under);
    return this.#provider.getTracer(by).startSpan(name, { kind, attributes, startTime }, parent);
  }

  /** Starts a call of a model, as one that says so at once. */
  call(options?: SpanOptions): Span {
    return this.start(CALL, { kind: SpanKind.CLIENT, name: 'call', ...options });
  }

  /** A whole call: 0.0015 USD. */
  wholeCall(options?: SpanOptions): void {
    this.call(options).setAttributes(USAGE).end();
  }

  /** The attributes of the finished spans of that name, in the order they ended. */
  named(name: string): Attributes[] {
    return this.finished.filter((span) => span.name === name).map(({ attributes }) => attributes);
  }

  get finished(): ReadableSpan[] {
    return this.#exporter.getFinishedSpans();
  }
}
