import type { Attributes, Span } from '@opentelemetry/api';
import { GenAi, Operation, SpanEvent } from '../conventions/index.js';
import { providerOf } from '../pricing/index.js';
import { totalInput, totalOutput, type TokenUsage } from '../usage/index.js';
import type { Answer } from './answer.js';
import { capture } from './capture.js';

const TOOL_CALLS_COUNT = 'gen_ai.tool_calls.count';

/**
 * Writes what a model's answer tells of itself: its model, id, finish reasons, usage, and the tools
 * it calls, whose arguments are content. The span of a call of a model is named by the model.
 */
export function writeAnswer(
  span: Span,
  answer: Answer,
  options: { readonly withContent: boolean; readonly provider?: string },
): void {
  const { withContent } = options;
  const { id, model, finishReasons, usage, serviceTier, toolCalls = [] } = answer;
  const attributes: Attributes = usage ? usageAttributes(usage) : {};
  if (id !== undefined) attributes[GenAi.responseId] = id;
  if (model !== undefined) {
    attributes[GenAi.responseModel] = model;
    const provider = options.provider ?? providerOf(model);
    if (provider) attributes[GenAi.providerName] = provider;
  }
  if (finishReasons?.length) attributes[GenAi.responseFinishReasons] = [...finishReasons];
  if (serviceTier) attributes[serviceTier[0]] = serviceTier[1];
  if (toolCalls.length > 0) attributes[TOOL_CALLS_COUNT] = toolCalls.length;
  span.setAttributes(attributes);
  for (const call of toolCalls) {
    span.addEvent(SpanEvent.toolCall, {
      [GenAi.toolName]: call.name,
      [GenAi.toolCallId]: call.id,
      ...(withContent &&
        call.arguments !== undefined && { [GenAi.toolCallArguments]: capture(call.arguments) }),
    });
  }
}

/** The name of the span of a call of a model. */
export function chatSpanName(model: string): string {
  return `${Operation.chat} ${model}`;
}

/**
 * Usage as the conventions count it: input with the cache, output with reasoning. A count of 0 is
 * written, unless the provider reported something impossible: then it may stand for that.
 */
export function usageAttributes(usage: TokenUsage): Attributes {
  const { cacheRead, cacheWrite5m, cacheWrite1h, reasoning, faults = [] } = usage;
  const attributes: Attributes = {};
  const input = totalInput(usage);
  const output = totalOutput(usage);
  if (input > 0 || faults.length === 0) attributes[GenAi.inputTokens] = input;
  if (output > 0 || faults.length === 0) attributes[GenAi.outputTokens] = output;
  if (cacheRead > 0) attributes[GenAi.cacheReadInputTokens] = cacheRead;
  if (cacheWrite5m + cacheWrite1h > 0) {
    attributes[GenAi.cacheWriteInputTokens] = cacheWrite5m + cacheWrite1h;
  }
  // The conventions do not tell lifetimes apart, but prices do.
  if (cacheWrite1h > 0) {
    attributes['anthropic.usage.cache_creation.ephemeral_5m_input_tokens'] = cacheWrite5m;
    attributes['anthropic.usage.cache_creation.ephemeral_1h_input_tokens'] = cacheWrite1h;
  }
  if (reasoning > 0) attributes[GenAi.reasoningOutputTokens] = reasoning;
  return attributes;
}
