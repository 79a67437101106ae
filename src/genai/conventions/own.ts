/**
 * Attribute names that no OpenTelemetry convention has: those of the Python SDK this follows, kept
 * letter by letter, and the few of Spanledger itself.
 */
export const Own = {
  /** `llm`, `tool`, `chain`, `agent`, `prompt`, `workflow` or `retriever`; see {@link SpanKindName}. */
  spanKind: 'gen_ai.l9.span.kind',

  /** USD, a floating-point number: for display. Exact amounts are in the ledger. */
  costUsd: 'gen_ai.usage.cost_usd',
  costInputUsd: 'gen_ai.usage.cost_input_usd',
  costOutputUsd: 'gen_ai.usage.cost_output_usd',
  /** See {@link CostStatusValue}. */
  costStatus: 'spanledger.cost.status',

  /** Of a stream: output tokens by the seconds from its first chunk to its end. */
  outputTokensPerSecond: 'spanledger.output_tokens_per_second',
  /** Of a stream: seconds between two pieces of its text, on average. */
  timePerOutputChunk: 'spanledger.time_per_output_chunk',

  /** The work was given up on purpose: aborted, left early, unsubscribed. */
  cancelled: 'spanledger.cancelled',

  conversationTurn: 'gen_ai.conversation.turn_number',

  workflowId: 'workflow.id',
  workflowType: 'workflow.type',
  /** The totals stand on the root span of a workflow and of a conversation turn. */
  workflowTotalCostUsd: 'workflow.total_cost_usd',
  workflowLlmCalls: 'workflow.llm_calls',
  workflowToolCalls: 'workflow.tool_calls',

  tags: 'tags',
  userCategory: 'user.category',

  promptTemplate: 'gen_ai.prompt.template',
  promptHash: 'gen_ai.prompt.hash',
  promptTemplateId: 'gen_ai.prompt.template_id',

  responseTimeMs: 'gen_ai.response.time_ms',
  requestSizeBytes: 'gen_ai.request.size_bytes',
  responseSizeBytes: 'gen_ai.response.size_bytes',
  qualityScore: 'gen_ai.quality.score',
} as const;

/**
 * The attribute of one free scope attribute.
 * @example customAttribute('tenant') // 'custom.tenant'
 */
export function customAttribute(key: string): string {
  return `custom.${key}`;
}

/**
 * The attribute of one metadata entry.
 * @example metadataAttribute('category') // 'metadata.category'
 */
export function metadataAttribute(key: string): string {
  return `metadata.${key}`;
}

/** Name of the instrumentation scope of every span that Spanledger itself starts. */
export const INSTRUMENTATION_SCOPE = 'spanledger';
