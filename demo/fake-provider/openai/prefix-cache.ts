import { countTokens } from '../text.ts';

/** OpenAI caches by itself, from this many tokens on. */
const LEAST_TOKENS = 1_024;
/** Enough for a demo; a real cache forgets by time. */
const CAPACITY = 10_000;

/** Which long beginnings were sent before: a second request that begins so reads them. */
export class PrefixCache {
  readonly #seen = new Set<string>();

  /** Tokens of the prompt that are read from the cache. */
  read(prompt: string): number {
    if (countTokens(prompt) < LEAST_TOKENS) return 0;
    const prefix = prompt.slice(0, LEAST_TOKENS * 4);
    if (this.#seen.has(prefix)) return LEAST_TOKENS;
    if (this.#seen.size < CAPACITY) this.#seen.add(prefix);
    return 0;
  }
}
