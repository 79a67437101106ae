/** Names under which runtimes and SDKs report that work was given up on purpose. */
const CANCELLATIONS = new Set(['AbortError', 'APIUserAbortError', 'ClientGoneError']);

/**
 * Whether an error says that work was given up on purpose. With an AbortSignal among the arguments,
 * directly or as an option, that is also whatever the signal was aborted for; a deadline that
 * passed is a failure.
 */
export function isCancellation(error: unknown, args: readonly unknown[] = []): boolean {
  try {
    if (typeof error === 'object' && error !== null) {
      const { name } = error as { name?: unknown };
      if (name === 'TimeoutError') return false;
      // The SDKs name their errors by the class only.
      if (CANCELLATIONS.has(String(name)) || CANCELLATIONS.has(error.constructor?.name))
        return true;
    }
    return args.some((arg) => abortedSignal(arg)?.reason === error);
  } catch {
    return false;
  }
}

function abortedSignal(arg: unknown): AbortSignal | undefined {
  const signal = arg instanceof AbortSignal ? arg : (arg as { signal?: unknown } | null)?.signal;
  return signal instanceof AbortSignal && signal.aborted ? signal : undefined;
}
