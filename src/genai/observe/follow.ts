import { followAsyncIterable, followGenerator, isGenerator } from './follow-iterators.js';
import { followObservable, isObservable } from './follow-observable.js';
import { followReadable, followReadableStream, isNodeReadable } from './follow-streams.js';
import { followThenable, isThenable } from './follow-thenable.js';
import type { Observation } from './observation.js';

/**
 * Gives the caller its result, and ends the observation when the work that the result stands for
 * is over: at once for a plain value, later for one that is still to come.
 *
 * @param again starts another observation, for results that can be consumed more than once
 */
export function follow(
  result: unknown,
  observation: Observation,
  again: () => Observation,
): unknown {
  if (typeof result !== 'object' || result === null) {
    observation.end();
    return result;
  }
  if (result instanceof Promise && result.constructor === Promise) {
    return followPromise(result, observation);
  }
  if (isThenable(result)) return followThenable(result, observation);
  if (isGenerator(result)) return followGenerator(result, () => observation);
  if (isObservable(result)) return followObservable(result, again);
  if (result instanceof ReadableStream) return followReadableStream(result, observation);
  if (isNodeReadable(result)) return followReadable(result, observation);
  if (Symbol.asyncIterator in result) return followAsyncIterable(result, observation);
  observation.end();
  return result;
}

async function followPromise(
  promise: Promise<unknown>,
  observation: Observation,
): Promise<unknown> {
  try {
    const value = await promise;
    return followLater(value, observation);
  } catch (error) {
    observation.fail(error);
    throw error;
  }
}

/** A promise of a stream, as SDKs give it, is over when the stream is. */
function followLater(value: unknown, observation: Observation): unknown {
  return follow(value, observation, () => observation);
}
