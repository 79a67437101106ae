import { context } from '@opentelemetry/api';
import type { Observation } from './observation.js';
import { isThenable } from './thenable.js';

export type IteratorMethod = 'next' | 'return' | 'throw';

/** Takes one step of an iterator in the observation's context, and tells it what the step gave. */
export function advance(
  iterator: Iterator<unknown> | AsyncIterator<unknown>,
  method: IteratorMethod,
  args: unknown[],
  observation: Observation,
): unknown {
  const settle = (result: IteratorResult<unknown>) => {
    if (!result.done) observation.value(result.value);
    else if (method === 'return') observation.cancel();
    else observation.end(result.value);
    return result;
  };
  const fail = (error: unknown): never => {
    observation.fail(error);
    throw error;
  };
  let result: unknown;
  try {
    const run = iterator[method] as (...args: unknown[]) => unknown;
    result = context.with(observation.context, run, iterator as never, ...args);
  } catch (error) {
    return fail(error);
  }
  return isThenable(result as object)
    ? (result as Promise<IteratorResult<unknown>>).then(settle, fail)
    : settle(result as IteratorResult<unknown>);
}
