import { advance, type IteratorMethod } from './advance.js';
import type { Observation } from './observation.js';

type MakeIterator = (this: unknown, ...args: unknown[]) => AsyncIterator<unknown>;

/** An object that can be iterated and has more to it: a model SDK's stream. */
interface IterableObject {
  [Symbol.asyncIterator]: MakeIterator;
  /** Where those SDKs' streams make the iterator, for `tee()` as well. */
  iterator?: unknown;
}

export function isAsyncIterable(value: object): value is IterableObject {
  return Symbol.asyncIterator in value;
}

/**
 * The object itself, with its iterator watched: a copy or a proxy would not be the same to
 * `instanceof` and to its own private fields.
 *
 * @returns whether it could be watched; a frozen object cannot
 */
export function followAsyncIterable(iterable: IterableObject, observation: Observation): boolean {
  const layers = watched.get(iterable) ?? 0;
  if (layers >= MAX_LAYERS) return false;
  const key = typeof iterable.iterator === 'function' ? 'iterator' : Symbol.asyncIterator;
  const make = iterable[key] as MakeIterator;
  const value = function (this: unknown, ...args: unknown[]) {
    return followIterator(Reflect.apply(make, this, args), observation);
  };
  const { enumerable = false } = Object.getOwnPropertyDescriptor(iterable, key) ?? {};
  const descriptor = { value, enumerable, writable: true, configurable: true };
  if (!Reflect.defineProperty(iterable, key, descriptor)) return false;
  watched.set(iterable, layers + 1);
  return true;
}

/** An object that is returned again and again must not be wrapped again and again. */
const MAX_LAYERS = 16;
const watched = new WeakMap<object, number>();

function followIterator(
  iterator: AsyncIterator<unknown>,
  observation: Observation,
): AsyncIterator<unknown> {
  return new Proxy(iterator, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      if (key === 'next' || key === 'return' || key === 'throw') {
        return (...args: unknown[]) =>
          advance(target, key satisfies IteratorMethod, args, observation);
      }
      // An iterator that is its own iterable must stay the watched one.
      return function (this: unknown, ...args: unknown[]): unknown {
        const result: unknown = Reflect.apply(value, target, args);
        return result === target ? this : result;
      };
    },
  });
}
