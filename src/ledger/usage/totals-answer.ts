import { moneyPair, type Totals } from '../totals.js';

/** Totals as answers carry them; see `totalsFields`. */
export function totalsAnswer(totals: Totals) {
  const { usd, number } = moneyPair(totals.cost);
  return {
    calls: totals.calls,
    cost: number,
    cost_usd: usd,
    cost_status: totals.costStatus,
    input_tokens: totals.inputTokens,
    output_tokens: totals.outputTokens,
    cache_read_tokens: totals.cacheReadTokens,
    cache_write_tokens: totals.cacheWriteTokens,
    unpriced_calls: totals.unpricedCalls,
    partial_calls: totals.partialCalls,
    estimated_calls: totals.estimatedCalls,
    failed_calls: totals.failedCalls,
  };
}
