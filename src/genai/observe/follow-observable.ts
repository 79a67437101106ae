import { context } from '@opentelemetry/api';
import type { Observation } from './observation.js';

interface Observer {
  next?(value: unknown): void;
  error?(error: unknown): void;
  complete?(): void;
}

interface Subscription {
  add(teardown: () => void): void;
}

/** What is needed of an RxJS Observable; the core does not depend on RxJS. */
interface ObservableLike {
  subscribe(observer: Observer): Subscription;
  pipe(...operators: unknown[]): unknown;
}

export function isObservable(value: object): value is ObservableLike {
  return (
    'subscribe' in value &&
    'pipe' in value &&
    typeof value.subscribe === 'function' &&
    typeof value.pipe === 'function' &&
    !('readable' in value)
  );
}

/** An Observable works when it is subscribed to: each subscription is an observation of its own. */
export function followObservable(source: ObservableLike, begin: () => Observation): ObservableLike {
  return Object.create(source, {
    subscribe: {
      value: (
        first?: Observer | ((value: unknown) => void) | null,
        onError?: Observer['error'],
        onComplete?: Observer['complete'],
      ) => {
        const to: Observer =
          typeof first === 'function' || !first
            ? { next: first ?? undefined, error: onError, complete: onComplete }
            : first;
        return subscribe(source, to, begin());
      },
    },
  }) as ObservableLike;
}

/** The source works in the observation's context; whom it tells does not. */
function subscribe(source: ObservableLike, to: Observer, observation: Observation): Subscription {
  const outer = context.active();
  const observer: Observer = {
    next: (value) => context.with(outer, () => to.next?.(value)),
    error: (error) => {
      observation.fail(error);
      if (!to.error) throw error;
      context.with(outer, () => to.error?.(error));
    },
    complete: () => {
      observation.end();
      context.with(outer, () => to.complete?.());
    },
  };
  const subscription = context.with(observation.context, () => source.subscribe(observer));
  // Told after completion and error as well; an observation ends once.
  subscription.add(() => observation.cancel());
  return subscription;
}
