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

/** What RxJS passes from operator to operator: an observer that knows when it is wanted no more. */
type Subscriber = Required<Observer> & Subscription & { readonly closed: boolean };

/** What is needed of an RxJS Observable; the core does not depend on RxJS. */
interface ObservableLike {
  subscribe(observer: Observer): Subscription;
  pipe(...operators: unknown[]): unknown;
}

type SubscribeArgs = [
  first?: Observer | ((value: unknown) => void) | null,
  onError?: ((error: unknown) => void) | null,
  onComplete?: (() => void) | null,
];

export function isObservable(value: object): value is ObservableLike {
  return (
    'subscribe' in value &&
    'pipe' in value &&
    typeof value.subscribe === 'function' &&
    typeof value.pipe === 'function'
  );
}

/**
 * An Observable works when it is subscribed to: each subscription is an observation of its own, the
 * first one that of the call. It ends at completion, at an error, and when nobody listens any more.
 */
export function followObservable<T extends ObservableLike>(source: T, call: Observation): T {
  let first: Observation | undefined = call;
  const subscribe = (...args: SubscribeArgs): Subscription => {
    const observation = first ?? call.again();
    first = undefined;
    const { observer, subscriber } = observerOf(args, observation);
    // Before it starts: a source may run to its end at once, or for ever until it is left.
    subscriber?.add(() => observation.cancel());
    const subscription = context.with(observation.context, () => source.subscribe(observer));
    // Told after completion and error as well; an observation ends once.
    if (!subscriber) subscription.add(() => observation.cancel());
    return subscription;
  };
  return new Proxy(source, {
    get: (target, key, proxy) =>
      key === 'subscribe' ? subscribe : (Reflect.get(target, key, proxy) as unknown),
  });
}

/** The source works in the observation's context; whom it tells does not. */
function observerOf(
  [first, onError, onComplete]: SubscribeArgs,
  observation: Observation,
): { observer: Observer; subscriber?: Subscriber } {
  const outer = context.active();
  const to: Observer =
    typeof first === 'function' || !first
      ? {
          next: first ?? undefined,
          error: onError ?? undefined,
          complete: onComplete ?? undefined,
        }
      : first;
  const told: Observer = {
    next: (value) => {
      observation.value(value);
      context.with(outer, () => to.next?.(value));
    },
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
  if (!isSubscriber(to)) return { observer: told };
  // Of an operator it must stay a subscriber, or the source would not see that it was left.
  const watched = new Proxy(to, {
    get: (target, key) => {
      if (key === 'next' || key === 'error' || key === 'complete') return told[key];
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  return { observer: watched, subscriber: to };
}

function isSubscriber(observer: Observer): observer is Subscriber {
  return 'closed' in observer && 'add' in observer && 'unsubscribe' in observer;
}
