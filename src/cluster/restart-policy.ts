const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 10_000;
/** So many failures in a row, and none that serves: something is wrong with all of them. */
const MOST_FAILURES = 8;
/** A worker that has listened for so long was sound, whatever it dies of. */
const STABLE_MS = 30_000;

/** Times in milliseconds. */
interface Life {
  readonly began: number;
  listens?: number;
  retires?: boolean;
}

/**
 * How long to wait before a new worker is started, and when to stop trying.
 *
 * Only a worker that lived shortly is a failure, and only one that was begun after the failure
 * before: what kills several at once (a `kill -9`, the database that goes away) counts once.
 */
export class RestartPolicy {
  readonly #now: () => number;
  readonly #lives = new Map<number, Life>();
  #failures = 0;
  #failedAt = Number.NEGATIVE_INFINITY;

  constructor(now = () => performance.now()) {
    this.#now = now;
  }

  began(id: number): void {
    this.#lives.set(id, { began: this.#now() });
  }

  listens(id: number): void {
    const life = this.#lives.get(id);
    if (life) life.listens ??= this.#now();
  }

  hasListened(id: number): boolean {
    return this.#lives.get(id)?.listens !== undefined;
  }

  /** It takes no more connections: it does not count as one that serves. */
  retires(id: number): void {
    const life = this.#lives.get(id);
    if (life) life.retires = true;
  }

  /** A worker ended as it was to, or another is there in its place already. */
  left(id: number): void {
    this.#lives.delete(id);
  }

  /**
   * A worker has died.
   *
   * @returns milliseconds to wait, twice as long after each failure; undefined to give up
   */
  died(id: number): number | undefined {
    const life = this.#lives.get(id);
    this.#lives.delete(id);
    if (!life) return FIRST_DELAY_MS;
    this.#forget(life);
    if (this.#isStable(life)) return FIRST_DELAY_MS;
    if (life.began > this.#failedAt) {
      this.#failures += 1;
      this.#failedAt = this.#now();
    }
    if (this.#failures >= MOST_FAILURES && !this.#someServe()) return undefined;
    return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (this.#failures - 1));
  }

  /** What was wrong is over when a worker that was begun since is stable, or a stable one died now. */
  #forget(dead: Life): void {
    const proof = (life: Life) => life.began > this.#failedAt && this.#isStable(life);
    if (!this.#isStable(dead) && ![...this.#lives.values()].some(proof)) return;
    this.#failures = 0;
    this.#failedAt = Number.NEGATIVE_INFINITY;
  }

  #isStable({ listens }: Life): boolean {
    return listens !== undefined && this.#now() - listens >= STABLE_MS;
  }

  #someServe(): boolean {
    return [...this.#lives.values()].some((life) => life.listens !== undefined && !life.retires);
  }
}
