import { context } from '@opentelemetry/api';
import { isThenable } from './follow-thenable.js';
import type { Observation } from './observation.js';

export type AnyGenerator = Generator | AsyncGenerator;

const GENERATOR_TAGS = new Set(['[object Generator]', '[object AsyncGenerator]']);

export function isGenerator(value: object): value is AnyGenerator {
  return GENERATOR_TAGS.has(Object.prototype.toString.call(value));
}

/**
 * The generator, with its observation active while its body runs and not while the consumer does.
 * It begins with the first value asked for, and ends with the last, with a throw, or when the
 * consumer leaves early.
 */
export function followGenerator<G extends AnyGenerator>(generator: G, begin: () => Observation): G {
  let observation: Observation | undefined;
  const step = (method: 'next' | 'return' | 'throw', args: unknown[]): unknown => {
    // A generator that nobody started has no work to tell of.
    if (!observation && method !== 'next') return Reflect.apply(generator[method], generator, args);
    observation ??= begin();
    return advance(generator, method, args, observation);
  };
  return Object.create(generator, {
    next: { value: (...args: unknown[]) => step('next', args) },
    return: { value: (...args: unknown[]) => step('return', args) },
    throw: { value: (...args: unknown[]) => step('throw', args) },
  }) as G;
}

/** An object that can be iterated, once, and has more to it: an SDK's stream. */
export function followAsyncIterable<T extends object>(iterable: T, observation: Observation): T {
  return new Proxy(iterable, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      if (key !== Symbol.asyncIterator) return value.bind(target) as unknown;
      return () =>
        followIterator(Reflect.apply(value, target, []) as AsyncIterator<unknown>, observation);
    },
  });
}

function followIterator(
  iterator: AsyncIterator<unknown>,
  observation: Observation,
): AsyncIterableIterator<unknown> {
  const step = (method: 'next' | 'return' | 'throw', args: unknown[]) =>
    advance(iterator, method, args, observation) as Promise<IteratorResult<unknown>>;
  const followed: AsyncIterableIterator<unknown> = {
    [Symbol.asyncIterator]: () => followed,
    next: (...args) => step('next', args),
  };
  if (iterator.return) followed.return = (...args) => step('return', args);
  if (iterator.throw) followed.throw = (...args) => step('throw', args);
  return followed;
}

function advance(
  iterator: Iterator<unknown> | AsyncIterator<unknown>,
  method: 'next' | 'return' | 'throw',
  args: unknown[],
  observation: Observation,
): unknown {
  const settle = (result: IteratorResult<unknown>) => {
    if (result.done) {
      if (method === 'return') observation.cancel();
      else observation.end();
    }
    return result;
  };
  const fail = (error: unknown): never => {
    observation.fail(error);
    throw error;
  };
  const run = iterator[method] as (...args: unknown[]) => unknown;
  try {
    const result = context.with(observation.context, run, iterator as never, ...args);
    if (isThenable(result as object)) {
      return (result as Promise<IteratorResult<unknown>>).then(settle, fail);
    }
    return settle(result as IteratorResult<unknown>);
  } catch (error) {
    return fail(error);
  }
}
