import { advance, type IteratorMethod } from './advance.js';
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
  let closed = false;
  const step = (method: IteratorMethod, args: unknown[]): unknown => {
    // A generator that is closed before it was started never does any work.
    closed ||= !observation && method !== 'next';
    if (closed) return Reflect.apply(generator[method], generator, args);
    observation ??= begin();
    return advance(generator, method, args, observation);
  };
  const stepper = (method: IteratorMethod): PropertyDescriptor => ({
    value: (...args: unknown[]) => step(method, args),
    writable: true,
    configurable: true,
  });
  // All else, its iterator among it, is inherited.
  return Object.create(generator, {
    next: stepper('next'),
    return: stepper('return'),
    throw: stepper('throw'),
  }) as G;
}
