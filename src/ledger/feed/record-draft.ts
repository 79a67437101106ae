import type { InferenceRecord } from '../../genai/spans/index.js';
import type { EntryDraft } from '../entry-draft.js';
import { entryScope } from '../entry-scope.js';

/** An entry of a call that a span told of. Without a response id, the span's ids make it unique. */
export function draftOfRecord(record: InferenceRecord): EntryDraft {
  return {
    callId: `${record.traceId}:${record.spanId}`,
    provider: record.provider,
    operation: record.operation,
    requestModel: record.requestModel ?? record.responseModel ?? 'unknown',
    responseModel: record.responseModel,
    responseId: record.responseId,
    serviceTier: record.serviceTier,
    status: record.status,
    errorType: record.errorType,
    finishReason: record.finishReasons?.[0],
    usage: record.usage,
    cost: record.cost,
    scope: entryScope(record.scope),
    traceId: record.traceId,
    spanId: record.spanId,
    startedAt: record.startTime,
    durationMs: record.durationMs,
    timeToFirstChunkMs:
      record.timeToFirstChunk === undefined ? undefined : record.timeToFirstChunk * 1000,
  };
}
