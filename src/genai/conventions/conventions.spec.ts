import { describe, expect, it } from 'vitest';
import {
  BILLABLE_OPERATIONS,
  COMPAT_SETS,
  GenAi,
  GenAiMetric,
  KIND_OF_OPERATION,
  LegacyGenAiMetric,
  OLD_SPELLINGS,
  Otel,
  Own,
  prometheusName,
} from './index.js';

describe('the names', () => {
  it('are each defined once', () => {
    const names = [GenAi, Otel, Own].flatMap((group) => Object.values(group));
    expect(new Set(names).size).toBe(names.length);
  });

  it('of metrics are in Prometheus form as the dashboards have them', () => {
    expect(Object.values({ ...GenAiMetric, ...LegacyGenAiMetric }).map(prometheusName)).toEqual([
      'gen_ai_client_inference_usage_input_tokens_total',
      'gen_ai_client_inference_usage_output_tokens_total',
      'gen_ai_client_inference_usage_cache_read_input_tokens_total',
      'gen_ai_client_inference_usage_cache_write_input_tokens_total',
      'gen_ai_client_inference_usage_reasoning_output_tokens_total',
      'gen_ai_client_inference_duration_seconds',
      'gen_ai_client_inference_time_to_first_chunk_seconds',
      'gen_ai_client_inference_time_per_output_chunk_seconds',
      'gen_ai_invoke_workflow_duration_seconds',
      'gen_ai_execute_tool_duration_seconds',
      'gen_ai_client_token_usage',
      'gen_ai_client_operation_duration_seconds',
    ]);
  });

  it('say of every billable operation that it is a call of a model', () => {
    expect([...BILLABLE_OPERATIONS].map((operation) => KIND_OF_OPERATION[operation])).toEqual([
      'llm',
      'llm',
      'llm',
      'llm',
    ]);
  });

  it('of a compatibility set are not canonical ones, and each is written from one source', () => {
    const canonical = new Set<string>([GenAi, Otel, Own].flatMap((group) => Object.values(group)));
    for (const set of COMPAT_SETS) {
      const old = OLD_SPELLINGS[set].map((spelling) => spelling.old);
      expect(old.filter((name) => canonical.has(name))).toEqual([]);
      expect(new Set(old).size).toBe(old.length);
    }
  });
});
