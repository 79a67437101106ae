import type { Cost, CostStatus, PricedCall } from '../genai/pricing/index.js';
import type { TokenUsage } from '../genai/usage/index.js';

/** An entry as the ledger has it now: what was used, and what that cost by the last price. */
export interface BookedCall {
  readonly id: string;
  readonly revision: number;
  readonly provider: string;
  readonly model: string;
  readonly service_tier: string | null;
  readonly status: string;
  readonly started_at: Date;
  readonly input_tokens: string;
  readonly cache_read_tokens: string;
  readonly cache_write_5m_tokens: string;
  readonly cache_write_1h_tokens: string;
  readonly output_tokens: string;
  readonly reasoning_tokens: string;
  readonly web_searches: number;
  readonly usage_details: Pick<TokenUsage, 'modalities' | 'modes' | 'faults' | 'estimated'> | null;
  readonly cost_status: CostStatus;
  readonly cost_total: string | null;
  readonly cost_input: string | null;
  readonly cost_cache_read: string | null;
  readonly cost_cache_write_5m: string | null;
  readonly cost_cache_write_1h: string | null;
  readonly cost_output: string | null;
  readonly cost_reasoning: string | null;
  readonly cost_requests: string | null;
  readonly price_id: string | null;
  readonly catalogue_version: string | null;
}

/** The call as the price book is asked about it. */
export function pricedCall(row: BookedCall): PricedCall {
  return {
    provider: row.provider,
    model: row.model,
    at: row.started_at,
    serviceTier: row.service_tier ?? undefined,
    usage: {
      input: Number(row.input_tokens),
      cacheRead: Number(row.cache_read_tokens),
      cacheWrite5m: Number(row.cache_write_5m_tokens),
      cacheWrite1h: Number(row.cache_write_1h_tokens),
      output: Number(row.output_tokens),
      reasoning: Number(row.reasoning_tokens),
      webSearches: row.web_searches,
      ...row.usage_details,
    },
  };
}

/**
 * Whether a price decides what the call cost. It does not for a call that failed before anything
 * was used, whose counts nobody told, or whose provider told the cost itself.
 */
export function isPricedByBook(row: BookedCall): boolean {
  if (row.price_id !== null) return true;
  return row.cost_status !== 'priced' && hasUsage(row);
}

function hasUsage(row: BookedCall): boolean {
  const counts = [
    row.input_tokens,
    row.cache_read_tokens,
    row.cache_write_5m_tokens,
    row.cache_write_1h_tokens,
    row.output_tokens,
    row.reasoning_tokens,
    row.web_searches,
  ];
  return counts.some((count) => Number(count) > 0);
}

/** Whether the cost is another, in any of its parts. A price that only got a new name is none. */
export function differs(row: BookedCall, { status, total, buckets }: Cost): boolean {
  const now = [
    status,
    total,
    buckets?.input,
    buckets?.cacheRead,
    buckets?.cacheWrite5m,
    buckets?.cacheWrite1h,
    buckets?.output,
    buckets?.reasoning,
    buckets?.requests,
  ];
  const before = [
    row.cost_status,
    row.cost_total,
    row.cost_input,
    row.cost_cache_read,
    row.cost_cache_write_5m,
    row.cost_cache_write_1h,
    row.cost_output,
    row.cost_reasoning,
    row.cost_requests,
  ];
  return now.some((value, n) => (value?.toString() ?? null) !== (before[n] ?? null));
}
