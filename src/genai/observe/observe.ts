import { ROOT_CONTEXT, context, diag } from '@opentelemetry/api';
import { keepIdentity } from './function-identity.js';
import { follow } from './follow.js';
import { followGenerator, type AnyGenerator } from './follow-generator.js';
import { Observation, type ObservedCall } from './observation.js';
import type { AnyFunction, ObserveOptions, ObserveOptionsOf } from './observe-options.js';
import { refusalOf, refuse } from './refuse-spending.js';
import { shapeOf, type SpanShape } from './span-shape.js';

/**
 * A function with a span around each of its calls.
 *
 * The span is active for the function's body, ends when the work does (at the end of the promise,
 * generator, Observable or stream that is returned), and tells of a throw. Everything else about
 * the function stays as it is: what it returns, `this`, its name, length, properties and metadata.
 * Within a workflow run that has spent its budget, functions of kind `llm` and `agent` are not run
 * but fail with a `BudgetExceededError`; see `withWorkflow`.
 *
 * Of kind `llm`, the span also tells model, usage, response id and finish reasons of the answer.
 *
 * @example
 * const search = observe({ kind: 'tool', name: 'search' }, async (query: string) => index.find(query));
 */
export function observe<F extends AnyFunction>(fn: F): F;
export function observe<F extends AnyFunction>(options: ObserveOptionsOf<F>, fn: F): F;
export function observe<F extends AnyFunction>(first: F | ObserveOptionsOf<F>, second?: F): F {
  const fn = (second ?? first) as PlainFunction;
  const shape = shaper(second ? (first as ObserveOptionsOf<PlainFunction>) : {}, fn);
  const run = isLazy(fn) ? runGenerator : runFunction;
  const observed = keepIdentity(function (this: unknown, ...args: unknown[]): unknown {
    const call = { shape: shape(args), args, outer: context.active() };
    const refusal = refusalOf(call.shape, call.outer);
    return refusal ? refuse(fn, refusal) : run(fn, this, call);
  }, fn);
  if (run === runGenerator) lazy.add(observed);
  return observed as unknown as F; // The signature is kept; the compiler cannot know.
}

type PlainFunction = (...args: unknown[]) => unknown;

/** Options that do not depend on the arguments are worked out once. */
function shaper(
  options: ObserveOptionsOf<PlainFunction>,
  fn: PlainFunction,
): (args: unknown[]) => SpanShape {
  if (typeof options !== 'function') {
    const shape = shapeOf(options, fn);
    return () => shape;
  }
  return (args) => {
    try {
      return shapeOf(options(...args), fn);
    } catch (error) {
      diag.debug('Spanledger: the options of an observed function threw', error);
      return shapeOf(NO_OPTIONS, fn);
    }
  };
}

const NO_OPTIONS: ObserveOptions = {};

function runFunction(fn: PlainFunction, self: unknown, call: ObservedCall): unknown {
  const observation = new Observation(call);
  let result: unknown;
  try {
    result = context.with(observation.context, fn, self as never, ...call.args);
  } catch (error) {
    observation.fail(error);
    throw error;
  }
  return follow(result, observation);
}

/** A generator's body runs when it is asked for values, so that is when its span begins. */
function runGenerator(fn: PlainFunction, self: unknown, call: ObservedCall): unknown {
  const generator = Reflect.apply(fn, self, call.args as unknown[]) as AnyGenerator;
  return followGenerator(generator, () => {
    // The caller's context, unless that had none to give, as when a module is loaded.
    const outer = call.outer === ROOT_CONTEXT ? context.active() : call.outer;
    return new Observation({ ...call, outer });
  });
}

const GENERATORS = new Set(['GeneratorFunction', 'AsyncGeneratorFunction']);

/** Observed generator functions: functions like any other, but as lazy as what they wrap. */
const lazy = new WeakSet<object>();

function isLazy(fn: object): boolean {
  return lazy.has(fn) || GENERATORS.has(fn.constructor?.name);
}
