import { context } from '@opentelemetry/api';
import { keepIdentity } from './function-identity.js';
import { follow } from './follow.js';
import { followGenerator } from './follow-iterators.js';
import { Observation } from './observation.js';
import type { AnyFunction, ObserveOptionsOf } from './observe-options.js';
import { shapeOf, type SpanShape } from './span-shape.js';

/**
 * A function with a span around each of its calls.
 *
 * The span is active for the function's body, ends when the work does (at the end of the promise,
 * generator, Observable or stream that is returned), and tells of a throw. Everything else about
 * the function stays as it is: what it returns, `this`, its name, length, properties and metadata.
 *
 * @example
 * const search = observe({ kind: 'tool', name: 'search' }, async (query: string) => index.find(query));
 */
export function observe<F extends AnyFunction>(fn: F): F;
export function observe<F extends AnyFunction>(options: ObserveOptionsOf<F>, fn: F): F;
export function observe<F extends AnyFunction>(first: F | ObserveOptionsOf<F>, second?: F): F {
  const fn = (second ?? first) as (...args: unknown[]) => unknown;
  const options = second ? (first as ObserveOptionsOf<F>) : {};
  const shape = shaper(options, fn.name);
  const call = isGeneratorFunction(fn) ? callGenerator : callFunction;
  const observed: unknown = keepIdentity(function (this: unknown, ...args: unknown[]): unknown {
    return call(fn, this, args, shape);
  }, fn);
  return observed as F;
}

type Shaper = (args: unknown[]) => SpanShape;

/** Options that do not depend on the arguments are worked out once. */
function shaper<F extends AnyFunction>(options: ObserveOptionsOf<F>, name: string): Shaper {
  if (typeof options !== 'function') {
    const shape = shapeOf(options, name);
    return () => shape;
  }
  return (args) => {
    try {
      return shapeOf(options(...(args as Parameters<F>)), name);
    } catch {
      // Observing must not fail what is observed.
      return shapeOf({}, name);
    }
  };
}

function callFunction(
  fn: (...args: unknown[]) => unknown,
  self: unknown,
  args: unknown[],
  shape: Shaper,
): unknown {
  const observation = new Observation(shape(args));
  try {
    const result = context.with(observation.context, fn, self as never, ...args);
    return follow(result, observation, () => new Observation(shape(args)));
  } catch (error) {
    observation.fail(error);
    throw error;
  }
}

/** A generator's body runs when it is asked for values, so that is when its span begins. */
function callGenerator(
  fn: (...args: unknown[]) => unknown,
  self: unknown,
  args: unknown[],
  shape: Shaper,
): unknown {
  const generator = Reflect.apply(fn, self, args);
  return followGenerator(
    generator as Generator | AsyncGenerator,
    () => new Observation(shape(args)),
  );
}

const GENERATORS = new Set(['GeneratorFunction', 'AsyncGeneratorFunction']);

function isGeneratorFunction(fn: object): boolean {
  return GENERATORS.has(fn.constructor.name);
}
