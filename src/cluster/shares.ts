/** Sockets of the service's port that one worker takes connections from, and its successor with it. */
export interface PortShare {
  readonly descriptors: readonly number[];
  /** No connection comes by these sockets any more, unless a worker still listens on them. */
  readonly close: () => void;
}

/**
 * Which worker has which share of the port.
 *
 * A share stays open as long as one worker is to listen on it, so that what waits in its sockets is
 * there for the successor; one that nobody takes from is closed at once, or callers would wait in it.
 */
export class Shares {
  readonly #open: () => PortShare;
  readonly #ofWorkers = new Map<number, PortShare>();

  constructor(open: () => PortShare) {
    this.#open = open;
  }

  /** The share for a worker that starts: that of the one it succeeds, if that one still has it. */
  next(succeeded?: number): PortShare {
    const inherited = succeeded === undefined ? undefined : this.#ofWorkers.get(succeeded);
    return inherited ?? this.#open();
  }

  give(worker: number, share: PortShare): void {
    this.#ofWorkers.set(worker, share);
  }

  /** A worker listens no more. */
  leave(worker: number): void {
    const share = this.#ofWorkers.get(worker);
    this.#ofWorkers.delete(worker);
    if (share && ![...this.#ofWorkers.values()].includes(share)) share.close();
  }
}
