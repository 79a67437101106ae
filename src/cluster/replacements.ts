/** What can be done to one worker. */
export interface Replaceable {
  readonly id: number;
  readonly pid: number | undefined;
  /** Its successor listens: it is to give up its connections, and then to end. */
  retire(): void;
  kill(): void;
}

export interface ReplacementsOptions {
  /** Starts the successor of a worker. */
  readonly fork: (old: Replaceable) => Replaceable;
  /** How long a successor may take until it listens, milliseconds; then it is killed. */
  readonly listenWithinMs: number;
  readonly log: (level: 'log' | 'error', message: string) => void;
}

/** Who goes, and who comes for it. */
interface Replacement {
  readonly old: Replaceable;
  readonly successor: Replaceable;
  readonly overdue: NodeJS.Timeout;
  listens: boolean;
}

/**
 * Replaces workers one after the other, so that there is never more than one too many.
 *
 * A worker goes on until its successor listens; one whose successor does not come up stays, and
 * with it all that were to follow, because they would meet the same fault.
 */
export class Replacements {
  readonly #options: ReplacementsOptions;
  #queue: { readonly worker: Replaceable; readonly why: string }[] = [];
  #current: Replacement | undefined;

  constructor(options: ReplacementsOptions) {
    this.#options = options;
  }

  /** Replaces a worker when its turn comes; one that is already going is not replaced twice. */
  add(worker: Replaceable, why: string): void {
    const isGoing = this.#current?.old.id === worker.id;
    if (isGoing || this.#queue.some((waiting) => waiting.worker.id === worker.id)) return;
    this.#queue.push({ worker, why });
    this.#next();
  }

  /** A worker listens: if it is the successor, the old one may go. */
  listens(id: number): void {
    const current = this.#current;
    if (current?.successor.id !== id || current.listens) return;
    current.listens = true;
    clearTimeout(current.overdue);
    current.old.retire();
  }

  /**
   * A worker ended.
   *
   * @returns whether nobody need be started in its place
   */
  ended(id: number): boolean {
    this.#queue = this.#queue.filter(({ worker }) => worker.id !== id);
    const current = this.#current;
    const { log } = this.#options;
    if (current?.old.id === id) {
      if (!current.listens)
        log('error', `Worker ${current.old.pid} ended before its successor listened`);
      this.#done(current);
      return true;
    }
    if (current?.successor.id !== id || current.listens) return false;
    log('error', `A successor ended before it listened: worker ${current.old.pid} stays`);
    this.#queue = [];
    this.#done(current);
    return true;
  }

  /** Replaces no more. */
  stop(): void {
    this.#queue = [];
    clearTimeout(this.#current?.overdue);
  }

  #done({ overdue }: Replacement): void {
    clearTimeout(overdue);
    this.#current = undefined;
    this.#next();
  }

  #next(): void {
    const next = this.#current ? undefined : this.#queue.shift();
    if (!next) return;
    const { fork, listenWithinMs, log } = this.#options;
    log('log', `Worker ${next.worker.pid} is replaced: ${next.why}`);
    const successor = fork(next.worker);
    const overdue = setTimeout(() => successor.kill(), listenWithinMs).unref();
    this.#current = { old: next.worker, successor, overdue, listens: false };
  }
}
