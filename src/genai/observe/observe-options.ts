import type { SpanKindName } from '../conventions/index.js';

/** What is observed, and how its span is to be known. */
export interface ObserveOptions {
  /**
   * What it is called: of a workflow its type, of an agent or tool its name.
   * @default the name of the function
   */
  readonly name?: string;
  /** Decides the span's name, its OpenTelemetry kind and operation. @default 'chain' */
  readonly kind?: SpanKindName;
  readonly tags?: readonly string[];
  /** Written as `metadata.<key>`; `category` also as `user.category`. */
  readonly metadata?: Readonly<Record<string, string | number | boolean>>;
}

// Parameters are contravariant: only `never` takes the functions of all signatures.
export type AnyFunction = (...args: never[]) => unknown;

/** Options, or what makes them of a call's arguments. */
export type ObserveOptionsOf<F extends AnyFunction> =
  ObserveOptions | ((...args: Parameters<F>) => ObserveOptions);
