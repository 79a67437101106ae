import type { SpanKindName } from '../conventions/index.js';
import type { PriceBook } from '../pricing/index.js';
import type { ContentMode } from '../redaction/index.js';
import type { Scope } from '../scope/index.js';

/** What is observed, and how its span is to be known. */
export interface ObserveOptions {
  /**
   * What it is called: of a workflow its type, of an agent or tool its name.
   * @default the name of the function
   */
  readonly name?: string;
  /** Decides the span's name, its OpenTelemetry kind and operation. @default 'chain' */
  readonly kind?: SpanKindName;
  /**
   * Of kind `llm`: who answers, as `gen_ai.provider.name` has it.
   * @default what the model's name tells
   */
  readonly provider?: string;
  readonly tags?: readonly string[];
  /** Written as `metadata.<key>`, as text; `category` also as `user.category`. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Opened around the work, so that its span and all beneath carry it. */
  readonly scope?: Scope;
  /** Prices for the calls of models in the work, in place of those of the application. */
  readonly pricing?: PriceBook;
  /**
   * What of content leaves the process, of this call and of all beneath it: the flags below say
   * what is recorded, this how much of it exporters see. `off` rules the flags out.
   * @default what holds around the call; see `withContentMode`
   */
  readonly content?: ContentMode;
  /**
   * Whether the prompt is recorded: `gen_ai.input.messages`, and of a tool its arguments. Where no
   * prompt is recognised, it is the arguments, unless `captureArgs` is `false`. @default false
   */
  readonly captureInput?: boolean;
  /** Whether the result is recorded: `gen_ai.output.messages`, and of a tool its result. @default false */
  readonly captureOutput?: boolean;
  /**
   * Whether each argument is recorded, as `function.arg.<name>`. `captureInput: false` rules that
   * out as well. @default false
   */
  readonly captureArgs?: boolean;
}

// Parameters are contravariant: only `never` takes the functions of all signatures.
export type AnyFunction = (...args: never[]) => unknown;

/** Options, or what makes them of a call's arguments. */
export type ObserveOptionsOf<F extends AnyFunction, Options = ObserveOptions> =
  Options | ((...args: Parameters<F>) => Options);
