/**
 * Where each fact stands on the spans of the instrumentations we understand, best source first:
 * OpenTelemetry's newest name, its older names, OpenInference (`llm.*`), the Vercel AI SDK
 * (`ai.*`), OpenLLMetry (`traceloop.*`), Langfuse. The first one present wins, even when it is 0.
 */
export const Alias = {
  provider: [
    'gen_ai.provider.name',
    'gen_ai.system',
    'llm.provider',
    'llm.system',
    'ai.model.provider',
  ],
  requestModel: [
    'gen_ai.request.model',
    'llm.request.model_name',
    'llm.model_name',
    'embedding.model_name',
    'ai.model.id',
    'langfuse.observation.model.name',
  ],
  responseModel: ['gen_ai.response.model', 'llm.response.model_name', 'ai.response.model'],
  responseId: ['gen_ai.response.id', 'llm.response.id', 'ai.response.id'],
  finishReasons: [
    'gen_ai.response.finish_reasons',
    'gen_ai.response.finish_reason',
    'llm.finish_reason',
    'llm.response.finish_reason',
    'ai.response.finishReason',
    'anthropic.message.stop_reason',
  ],

  inputTokens: [
    'gen_ai.usage.input_tokens',
    'gen_ai.usage.prompt_tokens',
    'llm.token_count.prompt',
    'llm.usage.prompt_tokens',
    'ai.usage.inputTokens',
    'ai.usage.promptTokens',
    'ai.usage.tokens',
  ],
  outputTokens: [
    'gen_ai.usage.output_tokens',
    'gen_ai.usage.completion_tokens',
    'llm.token_count.completion',
    'llm.usage.completion_tokens',
    'ai.usage.outputTokens',
    'ai.usage.completionTokens',
  ],
  cacheReadInputTokens: [
    'gen_ai.usage.cache_read.input_tokens',
    'gen_ai.usage.cache_read_input_tokens',
    'gen_ai.usage.input_tokens.cached',
    'llm.token_count.prompt_details.cache_read',
    'llm.token_count.prompt_details.cache_input',
    'ai.usage.inputTokenDetails.cacheReadTokens',
    'ai.usage.cachedInputTokens',
  ],
  cacheWriteInputTokens: [
    'gen_ai.usage.cache_write.input_tokens',
    'gen_ai.usage.cache_creation.input_tokens',
    'gen_ai.usage.cache_creation_input_tokens',
    'llm.token_count.prompt_details.cache_write',
    'ai.usage.inputTokenDetails.cacheWriteTokens',
  ],
  cacheWrite5mInputTokens: ['anthropic.usage.cache_creation.ephemeral_5m_input_tokens'],
  cacheWrite1hInputTokens: ['anthropic.usage.cache_creation.ephemeral_1h_input_tokens'],
  reasoningOutputTokens: [
    'gen_ai.usage.reasoning.output_tokens',
    'gen_ai.usage.reasoning_tokens',
    'llm.token_count.completion_details.reasoning',
    'ai.usage.outputTokenDetails.reasoningTokens',
    'ai.usage.reasoningTokens',
  ],

  timeToFirstChunk: [
    'gen_ai.response.time_to_first_chunk',
    'gen_ai.client.operation.time_to_first_chunk',
  ],
  serviceTier: [
    'openai.response.service_tier',
    'anthropic.response.service_tier',
    'gen_ai.openai.response.service_tier',
    'gen_ai.response.service_tier',
  ],
  providerCost: [
    'gen_ai.usage.cost.amount',
    'gen_ai.usage.cost',
    'gen_ai.usage.cost_usd',
    'llm.cost.total',
  ],

  conversationId: ['gen_ai.conversation.id', 'session.id', 'langfuse.session.id'],
  userId: ['user.id', 'langfuse.user.id', 'enduser.id'],
  agentName: ['gen_ai.agent.name', 'agent.name'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** Any one of these on a span says that it is about generative AI. */
export const GENAI_MARKERS = [
  'gen_ai.operation.name',
  'gen_ai.provider.name',
  'gen_ai.system',
  'gen_ai.request.model',
  'gen_ai.l9.span.kind',
  'openinference.span.kind',
  'ai.operationId',
  'traceloop.span.kind',
  'langfuse.observation.type',
] as const;
