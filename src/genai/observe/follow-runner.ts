import type { Observation } from './observation.js';

/** Where the model SDKs' runners tell their listeners; the name is theirs. */
const EMIT = '_emit';

type Emit = (this: unknown, event: string, ...args: unknown[]) => unknown;

/**
 * The streams of the model SDKs' helpers (`messages.stream()`, `chat.completions.stream()`): they
 * run by themselves, whether they are iterated or asked for their final message.
 */
interface Runner {
  [EMIT]: Emit;
  readonly ended?: boolean;
}

export function isRunner(value: object): value is Runner {
  return (
    EMIT in value && typeof value[EMIT] === 'function' && 'done' in value && 'controller' in value
  );
}

/** Events that bring a value of the stream, in one SDK or another. */
const VALUES = new Set(['streamEvent', 'chunk', 'event']);

/** Heard where they tell: a listener for their errors would hide those from the application. */
export function followRunner(runner: Runner, observation: Observation): void {
  if (runner.ended) return observation.end();
  const emit = runner[EMIT];
  runner[EMIT] = function (event, ...args) {
    if (VALUES.has(event)) observation.value(args[0]);
    else if (event === 'abort') observation.cancel();
    else if (event === 'error') observation.fail(args[0]);
    else if (event === 'end') observation.end();
    return Reflect.apply(emit, this, [event, ...args]);
  };
}
