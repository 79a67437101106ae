import { bookingKey, type EntryDraft } from './entry-draft.js';

/** Column, its SQL type, and where its value comes from: the one list that inserts are made of. */
const COLUMNS: ReadonlyArray<readonly [string, string, (draft: EntryDraft) => unknown]> = [
  ['booking_key', 'text', bookingKey],
  ['provider', 'text', (d) => d.provider],
  ['operation', 'text', (d) => d.operation],
  ['request_model', 'text', (d) => d.requestModel],
  ['response_model', 'text', (d) => d.responseModel],
  ['response_id', 'text', (d) => d.responseId],
  ['service_tier', 'text', (d) => d.serviceTier],
  ['status', 'text', (d) => d.status],
  ['error_type', 'text', (d) => d.errorType],
  ['finish_reason', 'text', (d) => d.finishReason],
  ['input_tokens', 'bigint', (d) => d.usage.input],
  ['cache_read_tokens', 'bigint', (d) => d.usage.cacheRead],
  ['cache_write_5m_tokens', 'bigint', (d) => d.usage.cacheWrite5m],
  ['cache_write_1h_tokens', 'bigint', (d) => d.usage.cacheWrite1h],
  ['output_tokens', 'bigint', (d) => d.usage.output],
  ['reasoning_tokens', 'bigint', (d) => d.usage.reasoning],
  ['web_searches', 'integer', (d) => d.usage.webSearches ?? 0],
  ['usage_details', 'jsonb', usageDetails],
  ['cost_status', 'text', (d) => d.cost.status],
  ['cost_reason', 'text', (d) => d.cost.reason],
  ['cost_input', 'bigint', (d) => d.cost.buckets?.input],
  ['cost_cache_read', 'bigint', (d) => d.cost.buckets?.cacheRead],
  ['cost_cache_write_5m', 'bigint', (d) => d.cost.buckets?.cacheWrite5m],
  ['cost_cache_write_1h', 'bigint', (d) => d.cost.buckets?.cacheWrite1h],
  ['cost_output', 'bigint', (d) => d.cost.buckets?.output],
  ['cost_reasoning', 'bigint', (d) => d.cost.buckets?.reasoning],
  ['cost_requests', 'bigint', (d) => d.cost.buckets?.requests],
  ['cost_total', 'bigint', (d) => d.cost.total],
  ['price_id', 'text', (d) => d.cost.price?.id],
  ['price_source', 'text', (d) => d.cost.price?.source],
  ['catalogue_version', 'text', (d) => d.cost.price?.catalogueVersion],
  ['api_key_id', 'text', (d) => d.scope.apiKeyId],
  ['user_id', 'text', (d) => d.scope.userId],
  ['conversation_id', 'text', (d) => d.scope.conversationId],
  ['turn_number', 'integer', (d) => d.scope.turnNumber],
  ['workflow_id', 'text', (d) => d.scope.workflowId],
  ['workflow_type', 'text', (d) => d.scope.workflowType],
  ['workflow_step', 'text', (d) => d.scope.workflowStep],
  ['agent_name', 'text', (d) => d.scope.agentName],
  ['tags', 'jsonb', (d) => d.scope.tags ?? []],
  ['metadata', 'jsonb', (d) => d.scope.metadata ?? {}],
  ['trace_id', 'text', (d) => d.traceId],
  ['span_id', 'text', (d) => d.spanId],
  ['started_at', 'timestamptz', (d) => d.startedAt],
  ['duration_ms', 'double precision', (d) => d.durationMs],
  ['time_to_first_chunk_ms', 'double precision', (d) => d.timeToFirstChunkMs],
];

/** What the price of a call depends on beside the buckets; most calls have none of it. */
function usageDetails({ usage }: EntryDraft): object | undefined {
  const { modalities, modes, faults, estimated } = usage;
  const any = modalities ?? modes ?? faults ?? estimated;
  return any === undefined ? undefined : { modalities, modes, faults, estimated };
}

const NAMES = COLUMNS.map(([name]) => name).join(', ');
const TYPED = COLUMNS.map(([name, type]) => `${name} ${type}`).join(', ');

/**
 * Adds any number of entries by one statement; ones that are booked already are left as they
 * are. Its one parameter is the result of `insertParameter`.
 */
export const INSERT_ENTRIES = `
  INSERT INTO ledger_entry (${NAMES})
  SELECT ${NAMES} FROM json_to_recordset($1::json) AS draft (${TYPED})
  ON CONFLICT (booking_key) DO NOTHING`;

/** The drafts as JSON, in which PostgreSQL can read every value without loss. */
export function insertParameter(drafts: readonly EntryDraft[]): string {
  return JSON.stringify(drafts.map(toRow), (_, value: unknown) => {
    if (typeof value === 'bigint') return value.toString();
    // Providers may answer with anything; PostgreSQL's text takes neither of these.
    return typeof value === 'string' ? value.toWellFormed().replaceAll('\0', '') : value;
  });
}

function toRow(draft: EntryDraft): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (const [name, , valueOf] of COLUMNS) row[name] = valueOf(draft);
  return row;
}
