import type { Attributes } from '@opentelemetry/api';
import { Alias, Operation } from '../conventions/index.js';
import { inclusiveUsage, type TokenUsage } from '../usage/index.js';
import type { UsageKnown } from './inference-record.js';
import { countOf, isCount, jsonObjectOf } from './read.js';
import type { SdkSpan } from './sdk-types.js';

/** Token counts as the conventions have them: input includes cache, output includes reasoning. */
interface Counts {
  input?: number;
  output?: number;
  cacheRead?: number;
  cacheWrite?: number;
  cacheWrite5m?: number;
  cacheWrite1h?: number;
  reasoning?: number;
}

/** The usage that a span tells, in disjoint buckets, and how much of it is known. */
export function usageOf(
  span: SdkSpan,
  operation: string,
): { usage: TokenUsage; usageKnown: UsageKnown } {
  const counts = langfuseCounts(span.attributes) ?? attributeCounts(span);
  const usage = inclusiveUsage(counts);
  const usageKnown = knownOf(counts, operation);
  const fault = FAULTS[usageKnown];
  return {
    usage: fault ? { ...usage, faults: [...(usage.faults ?? []), fault] } : usage,
    usageKnown,
  };
}

/** With the usage, so that a later price finds the cost partial as well. */
const FAULTS: Partial<Record<UsageKnown, string>> = {
  input: 'the output tokens are not known',
  output: 'the input tokens are not known',
};

function knownOf({ input, output }: Counts, operation: string): UsageKnown {
  if (input === undefined) return output === undefined ? 'none' : 'output';
  // Embeddings have no output.
  return output === undefined && operation !== Operation.embeddings ? 'input' : 'all';
}

function attributeCounts(span: SdkSpan): Counts {
  const { attributes } = span;
  const counts: Counts = {
    input: countOf(attributes, Alias.inputTokens),
    output: countOf(attributes, Alias.outputTokens),
    cacheRead: countOf(attributes, Alias.cacheReadInputTokens),
    cacheWrite: countOf(attributes, Alias.cacheWriteInputTokens),
    cacheWrite5m: countOf(attributes, Alias.cacheWrite5mInputTokens),
    cacheWrite1h: countOf(attributes, Alias.cacheWrite1hInputTokens),
    reasoning: countOf(attributes, Alias.reasoningOutputTokens),
  };
  if (counts.input !== undefined && leavesOutCache(span)) {
    counts.input += (counts.cacheRead ?? 0) + (counts.cacheWrite ?? 0);
  }
  return withCompaction(counts, attributes);
}

/**
 * Whether `input` is without cache, as Anthropic itself counts and the conventions do not. Known of
 * two instrumentations; of others, `inclusiveUsage` sees it when the cache is larger than the whole.
 */
function leavesOutCache({ instrumentationScope: { name, version = '' } }: SdkSpan): boolean {
  if (name === '@openlit/instrumentation-anthropic') return true;
  // OpenLLMetry corrects it after 0.27.
  return name === '@traceloop/instrumentation-anthropic' && /^0\.([01]?\d|2[0-7])\./.test(version);
}

/** Tokens that Anthropic bills for summing up a long conversation; its usage leaves them out. */
function withCompaction(counts: Counts, attributes: Attributes): Counts {
  const input = countOf(attributes, ['anthropic.usage.compaction.input_tokens']);
  const output = countOf(attributes, ['anthropic.usage.compaction.output_tokens']);
  if (input !== undefined && counts.input !== undefined) counts.input += input;
  if (output !== undefined && counts.output !== undefined) counts.output += output;
  return counts;
}

/**
 * Langfuse keeps usage as JSON. Its own `input` and `output` stand beside the cache and reasoning
 * buckets, not around them; names in a provider's manner are kept as the provider meant them.
 */
function langfuseCounts(attributes: Attributes): Counts | undefined {
  const details = jsonObjectOf(attributes, 'langfuse.observation.usage_details');
  if (!details) return undefined;
  const first = (...keys: string[]): number | undefined => {
    for (const key of keys) if (isCount(details[key])) return details[key];
    return undefined;
  };
  const cacheRead = first('cache_read_input_tokens', 'input_cache_read', 'input_cached_tokens');
  const cacheWrite = first('cache_creation_input_tokens', 'input_cache_creation');
  const reasoning = first('output_reasoning_tokens', 'output_reasoning');
  const input = first('input', 'input_tokens');
  const output = first('output', 'output_tokens');
  const sum = (whole: number | undefined, ...parts: (number | undefined)[]) =>
    whole === undefined
      ? undefined
      : parts.reduce<number>((total, part) => total + (part ?? 0), whole);
  return {
    input: sum(input, cacheRead, cacheWrite) ?? first('prompt_tokens', 'promptTokens'),
    output: sum(output, reasoning) ?? first('completion_tokens', 'completionTokens'),
    cacheRead,
    cacheWrite,
    reasoning,
  };
}
