import type { Outcome } from './open-loop.ts';

/** What became of the calls that were due within a span of time. */
export interface Bucket {
  /** Seconds since the load began. */
  readonly from: number;
  readonly due: number;
  readonly accepted: number;
  readonly shed: number;
  /** Neither answered 200 nor refused by a 503 with `Retry-After`. */
  readonly failed: number;
  /** Of accepted calls, milliseconds; null when there was none. */
  readonly p50: number | null;
  readonly p99: number | null;
}

export function bucketOf(outcomes: readonly Outcome[], from: number, until: number): Bucket {
  const own = outcomes.filter(({ due }) => due >= from * 1_000 && due < until * 1_000);
  const accepted = own.filter(({ status }) => status === 200);
  const shed = own.filter(({ status, retryAfter }) => status === 503 && retryAfter).length;
  const times = accepted.map(({ took }) => took).toSorted((a, b) => a - b);
  const at = (share: number) => times[Math.ceil(times.length * share) - 1] ?? null;
  return {
    from,
    due: own.length,
    accepted: accepted.length,
    shed,
    failed: own.length - accepted.length - shed,
    p50: at(0.5),
    p99: at(0.99),
  };
}
