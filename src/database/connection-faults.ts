/** Errors that say that there is no connection, by what happened, whatever they are called. */
const lost = new WeakSet<Error>();
const refused = new WeakSet<Error>();

/**
 * Notes the error of a connection that broke. Node, TLS, `pg` and whatever stands between us and
 * the server have too many codes and words for it to list them all.
 */
export function noteLost(error: Error): void {
  lost.add(error);
}

/** Notes why somebody got no connection. */
export function noteRefused(error: Error): void {
  refused.add(error);
}

export function wasLost(error: Error): boolean {
  return lost.has(error);
}

export function wasRefused(error: Error): boolean {
  return refused.has(error);
}
