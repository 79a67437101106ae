const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 10_000;
/** So many deaths in a row without one worker that listens: something is wrong with all of them. */
const MOST_FAILURES = 8;

/** How long to wait before a new worker is started, and when to stop trying. */
export class RestartPolicy {
  #failures = 0;

  /** A worker listens: what was wrong before is over. */
  succeeded(): void {
    this.#failures = 0;
  }

  /**
   * A worker has died.
   *
   * @returns milliseconds to wait, twice as long each time; undefined to give up
   */
  failed(): number | undefined {
    this.#failures += 1;
    if (this.#failures >= MOST_FAILURES) return undefined;
    return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (this.#failures - 1));
  }
}
