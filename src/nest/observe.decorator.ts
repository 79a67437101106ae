import { observe, type AnyFunction, type ObserveOptionsOf } from '../genai/observe/index.js';

/**
 * A span around each call of the method; see `observe`. It works above or below Nest's own
 * decorators, on controllers, providers and guards. Options may be a function of the arguments.
 *
 * @example
 * class Search {
 *   \@Observe({ kind: 'tool', name: 'search' })
 *   find(query: string): Promise<Row[]> { … }
 * }
 */
export function Observe<F extends AnyFunction>(options: ObserveOptionsOf<F> = {}) {
  return (_target: object, _key: string | symbol, descriptor: TypedPropertyDescriptor<F>): void => {
    // A getter has no value: it is not work, and is left alone.
    if (descriptor.value) descriptor.value = observe(options, descriptor.value);
  };
}
