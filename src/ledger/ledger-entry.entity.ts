import { Check, Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/**
 * One call of a model, as it was billed. Rows are only ever added: the database itself refuses
 * updates and deletes (see the migration), so a total can always be recomputed and explained.
 *
 * Tokens are in disjoint buckets: a token is counted in exactly one column. Money is a whole
 * number of picodollars (1e-12 USD); TypeORM hands bigint columns out as strings.
 */
@Entity('ledger_entry')
@Index('ledger_entry_conversation', ['conversationId', 'turnNumber'], {
  where: 'conversation_id IS NOT NULL',
})
@Index('ledger_entry_workflow', ['workflowId'], { where: 'workflow_id IS NOT NULL' })
@Index('ledger_entry_user', ['userId', 'startedAt'], { where: 'user_id IS NOT NULL' })
@Index('ledger_entry_started_at', ['startedAt'])
@Check('ledger_entry_cost_known', `(cost_status = 'unpriced') = (cost_total IS NULL)`)
export class LedgerEntryEntity {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id!: string;

  /** Makes an entry unique: provider and response id, or the call's own id without one. */
  @Index('ledger_entry_booking_key', { unique: true })
  @Column('text', { name: 'booking_key' })
  bookingKey!: string;

  @Column('text')
  provider!: string;

  /** OpenTelemetry's `gen_ai.operation.name`: `chat`, `embeddings` … */
  @Column('text')
  operation!: string;

  @Column('text', { name: 'request_model' })
  requestModel!: string;

  @Column('text', { name: 'response_model', nullable: true })
  responseModel!: string | null;

  @Column('text', { name: 'response_id', nullable: true })
  responseId!: string | null;

  @Column('text', { name: 'service_tier', nullable: true })
  serviceTier!: string | null;

  /** `ok`, `error` or `cancelled`. */
  @Column('text')
  status!: string;

  @Column('text', { name: 'error_type', nullable: true })
  errorType!: string | null;

  @Column('text', { name: 'finish_reason', nullable: true })
  finishReason!: string | null;

  @Column('bigint', { name: 'input_tokens' })
  inputTokens!: string;

  @Column('bigint', { name: 'cache_read_tokens' })
  cacheReadTokens!: string;

  @Column('bigint', { name: 'cache_write_5m_tokens' })
  cacheWrite5mTokens!: string;

  @Column('bigint', { name: 'cache_write_1h_tokens' })
  cacheWrite1hTokens!: string;

  @Column('bigint', { name: 'output_tokens' })
  outputTokens!: string;

  @Column('bigint', { name: 'reasoning_tokens' })
  reasoningTokens!: string;

  @Column('integer', { name: 'web_searches' })
  webSearches!: number;

  /** Modalities, modes of serving and unreadable counts; see `TokenUsage`. */
  @Column('jsonb', { name: 'usage_details', nullable: true })
  usageDetails!: object | null;

  /** `priced`, `partial`, `unpriced` or `free`. */
  @Column('text', { name: 'cost_status' })
  costStatus!: string;

  /** Why the cost is partial or unknown. */
  @Column('text', { name: 'cost_reason', nullable: true })
  costReason!: string | null;

  @Column('bigint', { name: 'cost_input', nullable: true })
  costInput!: string | null;

  @Column('bigint', { name: 'cost_cache_read', nullable: true })
  costCacheRead!: string | null;

  @Column('bigint', { name: 'cost_cache_write_5m', nullable: true })
  costCacheWrite5m!: string | null;

  @Column('bigint', { name: 'cost_cache_write_1h', nullable: true })
  costCacheWrite1h!: string | null;

  @Column('bigint', { name: 'cost_output', nullable: true })
  costOutput!: string | null;

  @Column('bigint', { name: 'cost_reasoning', nullable: true })
  costReasoning!: string | null;

  @Column('bigint', { name: 'cost_requests', nullable: true })
  costRequests!: string | null;

  /** Sum of the buckets; null when unpriced, never 0 for want of a price. */
  @Column('bigint', { name: 'cost_total', nullable: true })
  costTotal!: string | null;

  @Column('text', { name: 'price_id', nullable: true })
  priceId!: string | null;

  /** `catalogue` or `override`. */
  @Column('text', { name: 'price_source', nullable: true })
  priceSource!: string | null;

  @Column('text', { name: 'catalogue_version', nullable: true })
  catalogueVersion!: string | null;

  /** The API key that the call was made with. */
  @Column('text', { name: 'api_key_id', nullable: true })
  apiKeyId!: string | null;

  @Column('text', { name: 'user_id', nullable: true })
  userId!: string | null;

  @Column('text', { name: 'conversation_id', nullable: true })
  conversationId!: string | null;

  @Column('integer', { name: 'turn_number', nullable: true })
  turnNumber!: number | null;

  @Column('text', { name: 'workflow_id', nullable: true })
  workflowId!: string | null;

  @Column('text', { name: 'workflow_type', nullable: true })
  workflowType!: string | null;

  @Column('text', { name: 'workflow_step', nullable: true })
  workflowStep!: string | null;

  @Column('text', { name: 'agent_name', nullable: true })
  agentName!: string | null;

  @Column('jsonb')
  tags!: string[];

  @Column('jsonb')
  metadata!: Record<string, string | number | boolean>;

  @Column('text', { name: 'trace_id', nullable: true })
  traceId!: string | null;

  @Column('text', { name: 'span_id', nullable: true })
  spanId!: string | null;

  @Column('timestamptz', { name: 'started_at' })
  startedAt!: Date;

  /** From the request's start to its end, milliseconds. */
  @Column('double precision', { name: 'duration_ms' })
  durationMs!: number;

  /** To the first text of a stream, milliseconds. */
  @Column('double precision', { name: 'time_to_first_chunk_ms', nullable: true })
  timeToFirstChunkMs!: number | null;

  @Column('timestamptz', { name: 'booked_at', default: () => 'now()' })
  bookedAt!: Date;
}
