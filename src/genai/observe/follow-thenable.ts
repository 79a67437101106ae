import { context } from '@opentelemetry/api';
import type { Observation } from './observation.js';

export function isThenable(value: object): value is PromiseLike<unknown> {
  return 'then' in value && typeof value.then === 'function';
}

/**
 * Follows a thenable that is more than a promise: an SDK's with `withResponse()`, a query that
 * runs only when it is awaited. It stays the object that it was; the observation ends with
 * whatever promise the caller takes from it. Nothing is awaited that the caller does not await.
 */
export function followThenable<T extends PromiseLike<unknown>>(
  thenable: T,
  observation: Observation,
): T {
  return new Proxy(thenable, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      if (key === 'then') return thenOf(target, observation);
      return (...args: unknown[]) => {
        const result: unknown = context.with(observation.context, () =>
          Reflect.apply(value, target, args),
        );
        const awaited = typeof result === 'object' && result !== null && isThenable(result);
        return awaited && result !== target ? followThenable(result, observation) : result;
      };
    },
  });
}

/** The work may begin here, so it runs in the observation's context; what comes after does not. */
function thenOf(
  target: PromiseLike<unknown>,
  observation: Observation,
): PromiseLike<unknown>['then'] {
  return (onDone, onFailed) => {
    const outer = context.active();
    const fulfilled = (value: unknown) => {
      observation.end();
      return onDone ? context.with(outer, onDone, undefined, value) : (value as never);
    };
    const rejected = (error: unknown) => {
      observation.fail(error);
      if (onFailed) return context.with(outer, onFailed, undefined, error);
      throw error;
    };
    return context.with(observation.context, () => target.then(fulfilled, rejected));
  };
}
