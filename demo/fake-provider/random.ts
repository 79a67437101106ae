import { createHash } from 'node:crypto';

/**
 * A stream of numbers that depends on nothing but the words it is made from: the same seed and
 * the same request give the same answer, in whatever order requests arrive.
 */
export class Random {
  #state: number;
  readonly hex: string;

  constructor(...words: ReadonlyArray<string | number>) {
    const digest = createHash('sha256').update(words.join('\0')).digest();
    this.hex = digest.toString('hex');
    this.#state = digest.readUInt32LE(0);
  }

  /** From 0 to 1, without 1 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[Math.floor(this.next() * items.length)] ?? items[0];
  }
}
