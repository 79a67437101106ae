/**
 * The responses priced lately, so that one response told by two spans that are not nested counts
 * once. Holds the newest only: the same response is told again within seconds or never.
 */
export class SeenResponses {
  readonly #limit: number;
  /** Trace ids by response id, in two generations: the older one goes as a whole. */
  #young = new Map<string, string>();
  #old = new Map<string, string>();

  /** @param limit - how many are kept at least */
  constructor(limit = 2048) {
    this.#limit = limit;
  }

  has(traceId: string, responseId: string): boolean {
    return this.#young.get(responseId) === traceId || this.#old.get(responseId) === traceId;
  }

  add(traceId: string, responseId: string): void {
    this.#young.set(responseId, traceId);
    if (this.#young.size < this.#limit) return;
    this.#old = this.#young;
    this.#young = new Map();
  }
}
