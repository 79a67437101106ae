/** One metric of the conventions. */
export interface MetricConvention {
  readonly name: string;
  readonly instrument: 'counter' | 'histogram';
  /** UCUM unit, as OpenTelemetry writes it. */
  readonly unit: string;
  readonly buckets?: readonly number[];
}

/** Seconds: the buckets the conventions advise for one call. */
const CALL_SECONDS = [
  0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
] as const;
/** Seconds: the buckets the conventions advise for a whole workflow. */
const WORKFLOW_SECONDS = [1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200] as const;
const TOKENS = [
  1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864,
] as const;

const tokenCounter = (name: string): MetricConvention => ({
  name: `gen_ai.client.inference.usage.${name}`,
  instrument: 'counter',
  unit: '{token}',
});
const seconds = (name: string, buckets: readonly number[] = CALL_SECONDS): MetricConvention => ({
  name,
  instrument: 'histogram',
  unit: 's',
  buckets,
});

/** The GenAI metrics that Spanledger gives, newest names. */
export const GenAiMetric = {
  inputTokens: tokenCounter('input_tokens'),
  outputTokens: tokenCounter('output_tokens'),
  cacheReadInputTokens: tokenCounter('cache_read.input_tokens'),
  cacheWriteInputTokens: tokenCounter('cache_write.input_tokens'),
  reasoningOutputTokens: tokenCounter('reasoning.output_tokens'),
  inferenceDuration: seconds('gen_ai.client.inference.duration'),
  timeToFirstChunk: seconds('gen_ai.client.inference.time_to_first_chunk'),
  timePerOutputChunk: seconds('gen_ai.client.inference.time_per_output_chunk'),
  workflowDuration: seconds('gen_ai.invoke_workflow.duration', WORKFLOW_SECONDS),
  toolDuration: seconds('gen_ai.execute_tool.duration'),
} as const;

/** Metrics the newest conventions have dropped; given under the compatibility set `genai-legacy`. */
export const LegacyGenAiMetric = {
  tokenUsage: {
    name: 'gen_ai.client.token.usage',
    instrument: 'histogram',
    unit: '{token}',
    buckets: TOKENS,
  },
  operationDuration: seconds('gen_ai.client.operation.duration'),
} as const;

/**
 * The Prometheus name of a metric: dots become underscores, seconds and counters get their suffix.
 * Units in braces are annotations and add nothing.
 *
 * @example prometheusName(GenAiMetric.inputTokens) // 'gen_ai_client_inference_usage_input_tokens_total'
 */
export function prometheusName(metric: MetricConvention): string {
  const unit = metric.unit === 's' ? '_seconds' : '';
  const total = metric.instrument === 'counter' ? '_total' : '';
  return `${metric.name.replaceAll('.', '_')}${unit}${total}`;
}
