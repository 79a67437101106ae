/** Names under which runtimes and SDKs report that work was given up on purpose. */
const CANCELLATIONS = new Set(['AbortError', 'APIUserAbortError', 'ClientGoneError']);

export function isCancellation(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // The SDKs name their errors by the class only.
  return CANCELLATIONS.has(error.name) || CANCELLATIONS.has(error.constructor.name);
}
