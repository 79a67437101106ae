import { totalInput, totalOutput } from '../../genai/usage/index.js';
import { currentRequestTelemetry } from '../../http/index.js';
import { moneyPair } from '../../ledger/index.js';
import type { AnsweredCall } from '../llm.service.js';
import type { ChatAnswer } from './chat.schema.js';

/** A call as the endpoints answer it. Its cost is the ledger's row, to the last digit. */
export function callAnswer({ answer, cost, entry }: AnsweredCall): ChatAnswer {
  const { usd, number } = moneyPair(cost.total);
  const { usage } = answer;
  return {
    response: answer.text,
    model: answer.responseModel,
    cost: number,
    cost_usd: usd,
    cost_status: cost.status,
    input_tokens: totalInput(usage),
    output_tokens: totalOutput(usage),
    cache_read_tokens: usage.cacheRead,
    cache_write_tokens: usage.cacheWrite5m + usage.cacheWrite1h,
    finish_reason: answer.finishReason ?? null,
    response_id: answer.responseId,
    trace_id: currentRequestTelemetry()?.traceId,
    duration_ms: Math.round(entry.durationMs * 1000) / 1000,
  };
}
