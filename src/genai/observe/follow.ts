import { diag } from '@opentelemetry/api';
import { followAsyncIterable, isAsyncIterable } from './follow-async-iterable.js';
import { followGenerator, isGenerator } from './follow-generator.js';
import { followObservable, isObservable } from './follow-observable.js';
import { followRunner, isRunner } from './follow-runner.js';
import { followReadable, followReadableStream, isNodeReadable } from './follow-streams.js';
import { followThenable } from './follow-thenable.js';
import type { Observation } from './observation.js';
import { isThenable } from './thenable.js';

/**
 * Gives the caller its result, and ends the observation when the work that the result stands for
 * is over: at once for a plain value, later for one that is still to come.
 */
export function follow(result: unknown, observation: Observation): unknown {
  if (typeof result !== 'object' || result === null) {
    observation.end(result);
    return result;
  }
  try {
    return followObject(result, observation);
  } catch (error) {
    // A locked stream, a proxy that throws: it is the caller's all the same.
    diag.debug('Spanledger could not follow a result', error);
    observation.end();
    return result;
  }
}

async function followPromise(
  promise: Promise<unknown>,
  observation: Observation,
): Promise<unknown> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    observation.fail(error);
    throw error;
  }
  return follow(value, observation);
}

function followObject(result: object, observation: Observation): unknown {
  if (result instanceof Promise && result.constructor === Promise) {
    return followPromise(result, observation);
  }
  if (isThenable(result)) return followThenable(result, observation, follow);
  if (isGenerator(result)) return followGenerator(result, () => observation);
  if (isObservable(result)) return followObservable(result, observation);
  if (result instanceof ReadableStream) return followReadableStream(result, observation);
  if (isNodeReadable(result)) followReadable(result, observation);
  else if (isRunner(result)) followRunner(result, observation);
  else if (!isAsyncIterable(result) || !followAsyncIterable(result, observation)) {
    observation.end(result);
  }
  return result;
}
