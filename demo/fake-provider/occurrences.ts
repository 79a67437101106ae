/** Requests that are told apart by how often they came; beyond this many, not any more. */
const REMEMBERED_REQUESTS = 100_000;

/** The same request sent twice is two calls: their answers have different ids. */
export class Occurrences {
  readonly #counts = new Map<string, number>();

  /** How often the request came before. */
  next(text: string): number {
    const before = this.#counts.get(text) ?? 0;
    if (before > 0 || this.#counts.size < REMEMBERED_REQUESTS) this.#counts.set(text, before + 1);
    return before;
  }
}
