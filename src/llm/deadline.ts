/** The reason of a signal whose time is up. */
export class DeadlineError extends Error {
  /** The platform's own name for it, which tells a deadline from work given up on purpose. */
  override readonly name = 'TimeoutError';

  constructor(milliseconds: number) {
    super(`Not done within ${milliseconds} ms`);
  }
}

/**
 * Runs the work under a signal that aborts with the given one or when the time is up.
 *
 * `AbortSignal.any` with `AbortSignal.timeout` would do the same, but keeps a timer alive for
 * the whole time after each call.
 */
export async function withDeadline<T>(
  outer: AbortSignal,
  milliseconds: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const forward = () => controller.abort(outer.reason);
  if (outer.aborted) forward();
  outer.addEventListener('abort', forward, { once: true });
  const timer = setTimeout(() => controller.abort(new DeadlineError(milliseconds)), milliseconds);
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    outer.removeEventListener('abort', forward);
  }
}
