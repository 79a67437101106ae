import type { Picodollars } from './money.js';

/**
 * How far a cost can be trusted.
 * - `priced`: every token and request has its price.
 * - `partial`: the total is what is known; `reason` says what it lacks or assumes.
 * - `unpriced`: no price is known, so there is no total. Never to be read as 0.
 * - `free`: the price of everything used is 0.
 */
export type CostStatus = 'priced' | 'partial' | 'unpriced' | 'free';

/** The cost of each bucket of a `TokenUsage`; the buckets add up to the total. */
export interface CostBuckets {
  readonly input: Picodollars;
  readonly cacheRead: Picodollars;
  readonly cacheWrite5m: Picodollars;
  readonly cacheWrite1h: Picodollars;
  readonly output: Picodollars;
  readonly reasoning: Picodollars;
  /** Fees by the request: web searches, and what some providers take for each call. */
  readonly requests: Picodollars;
}

/** Which price was used: enough to find it again, and to see what a later one would change. */
export interface PriceRef {
  /** @example 'anthropic/claude-sonnet-4-6@2026-03-13' */
  readonly id: string;
  readonly source: 'catalogue' | 'override';
  /** Version of the `@pydantic/genai-prices` package. */
  readonly catalogueVersion: string;
}

/** What a call costs. */
export interface Cost {
  readonly status: CostStatus;
  /** Sum of the buckets; null only when unpriced. */
  readonly total: Picodollars | null;
  readonly buckets: CostBuckets | null;
  readonly price: PriceRef | null;
  /** Why the cost is partial or unpriced. */
  readonly reason?: string;
}
