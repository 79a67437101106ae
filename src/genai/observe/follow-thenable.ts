import { context } from '@opentelemetry/api';
import type { Observation } from './observation.js';
import { isThenable } from './thenable.js';

type Then = PromiseLike<unknown>['then'];

/** What follows the value that the thenable turns out to be. */
type Follow = (value: unknown, observation: Observation) => unknown;

/**
 * Follows a thenable that is more than a promise: an SDK's with `withResponse()`, a query that
 * runs only when it is awaited. It stays the object that it was; the observation ends with
 * whatever promise the caller takes from it. Nothing is awaited that the caller does not await.
 */
export function followThenable<T extends PromiseLike<unknown>>(
  thenable: T,
  observation: Observation,
  follow: Follow,
): T {
  // A proxy has to show the members of a frozen target as they are.
  const shown = Object.isExtensible(thenable) ? thenable : (Object.create(thenable) as T);
  return new Proxy(shown, {
    get(_, key) {
      const value: unknown = Reflect.get(thenable, key, thenable);
      if (typeof value !== 'function' || key === 'constructor') return value;
      if (key === 'then') return thenOf(thenable, observation, follow);
      // These go by way of `then`, or what was recovered from would look like success.
      if (key === 'catch') return catchOf(thenOf(thenable, observation, follow));
      if (key === 'finally') return finallyOf(thenOf(thenable, observation, follow));
      return (...args: unknown[]): unknown => {
        const result: unknown = context.with(observation.context, () =>
          Reflect.apply(value, thenable, args),
        );
        const awaited = typeof result === 'object' && result !== null && isThenable(result);
        return awaited && result !== thenable
          ? followThenable(result, observation, follow)
          : result;
      };
    },
  });
}

/** The work may begin here, so it runs in the observation's context; what comes after does not. */
function thenOf(target: PromiseLike<unknown>, observation: Observation, follow: Follow): Then {
  return (onDone, onFailed) => {
    const outer = context.active();
    const fulfilled = (value: unknown) => {
      const followed = followSettled(value, observation, follow);
      return onDone ? context.with(outer, onDone, undefined, followed) : (followed as never);
    };
    const rejected = (error: unknown) => {
      observation.fail(error);
      if (onFailed) return context.with(outer, onFailed, undefined, error);
      throw error;
    };
    return context.with(observation.context, () => target.then(fulfilled, rejected));
  };
}

/** What `withResponse()` gives holds the answer, which may be a stream, beside the HTTP response. */
function followSettled(value: unknown, observation: Observation, follow: Follow): unknown {
  if (typeof value === 'object' && value !== null && 'data' in value && 'response' in value) {
    const { data } = value;
    const followed = follow(data, observation);
    return followed === data ? value : { ...value, data: followed };
  }
  return follow(value, observation);
}

function catchOf(then: Then) {
  return (onFailed?: ((error: unknown) => unknown) | null) => then(undefined, onFailed);
}

function finallyOf(then: Then) {
  return (onFinally?: (() => unknown) | null) =>
    then(
      async (value) => {
        await onFinally?.();
        return value;
      },
      async (error: unknown) => {
        await onFinally?.();
        throw error;
      },
    );
}
