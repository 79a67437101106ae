import { anthropicUsage, inclusiveUsage, openaiUsage, type TokenUsage } from '../usage/index.js';
import { fieldsOf, isRecord, listOf, textOf, type Fields } from './fields.js';

export interface ToolCall {
  readonly id?: string;
  readonly name?: string;
  /** As the model gave them: an object, or JSON text. */
  readonly arguments?: unknown;
}

/** What the answer of a model tells, in whichever of the known shapes it is. */
export interface Answer {
  readonly id?: string;
  readonly model?: string;
  readonly finishReasons?: readonly string[];
  readonly usage?: TokenUsage;
  /** Where the answer names the tier it was served in, the attribute and its value. */
  readonly serviceTier?: readonly [attribute: string, tier: string];
  readonly texts?: readonly string[];
  readonly toolCalls?: readonly ToolCall[];
}

/**
 * Reads an answer of Anthropic's messages, of OpenAI's chat completions, responses and embeddings,
 * of the many APIs of these shapes, and a plain object with a `model` and a `usage`.
 *
 * @returns undefined of anything else
 */
export function answerOf(value: unknown): Answer | undefined {
  if (!isRecord(value)) return undefined;
  // `withResponse()` of the SDKs puts the answer beside the HTTP response.
  if (isRecord(value['data']) && 'response' in value) return answerOf(value['data']);
  if (Array.isArray(value['choices'])) return ofChoices(value, value['choices']);
  if (Array.isArray(value['output'])) return ofResponse(value, value['output']);
  if (Array.isArray(value['content'])) return ofMessage(value, value['content']);
  return isRecord(value['usage']) ? { ...common(value), usage: usageOf(value) } : undefined;
}

/** Token counts in the provider's own terms: Anthropic's leave out the cache, OpenAI's do not. */
export function usageOf({ type, usage, tool_usage: toolUsage }: Fields): TokenUsage | undefined {
  if (!isRecord(usage)) return undefined;
  if (type === 'message' || 'cache_read_input_tokens' in usage || 'cache_creation' in usage) {
    return anthropicUsage(usage);
  }
  if ('cache_creation_input_tokens' in usage) return anthropicUsage(usage);
  if ('total_tokens' in usage || 'prompt_tokens' in usage || 'input_tokens_details' in usage) {
    return openaiUsage(usage, toolUsage);
  }
  return inclusiveUsage({ input: usage['input_tokens'], output: usage['output_tokens'] });
}

function common(value: Fields): Answer {
  return { id: textOf(value['id']), model: textOf(value['model']) };
}

function ofChoices(value: Fields, choices: readonly unknown[]): Answer {
  const messages = choices.map((choice) => fieldsOf(fieldsOf(choice)['message']));
  return {
    ...common(value),
    finishReasons: texts(choices.map((choice) => fieldsOf(choice)['finish_reason'])),
    usage: usageOf(value),
    serviceTier: tier('openai', value['service_tier']),
    texts: texts([
      ...choices.map((choice) => fieldsOf(choice)['text']),
      ...messages.map(({ content }) => content),
    ]),
    toolCalls: messages.flatMap((message) => listOf(message['tool_calls']).map(chatToolCall)),
  };
}

function ofResponse(value: Fields, output: readonly unknown[]): Answer {
  const items = output.map(fieldsOf);
  const status = fieldsOf(value['incomplete_details'])['reason'] ?? value['status'];
  return {
    ...common(value),
    finishReasons: texts([status]),
    usage: usageOf(value),
    serviceTier: tier('openai', value['service_tier']),
    texts: texts(
      items.flatMap(({ content }) => listOf(content)).map((part) => fieldsOf(part)['text']),
    ),
    toolCalls: items
      .filter(({ type }) => type === 'function_call' || type === 'custom_tool_call')
      .map((item) => toolCall(item['call_id'] ?? item['id'], item, item['arguments'])),
  };
}

function ofMessage(value: Fields, content: readonly unknown[]): Answer {
  const blocks = content.map(fieldsOf);
  return {
    ...common(value),
    finishReasons: texts([value['stop_reason']]),
    usage: usageOf(value),
    serviceTier: tier('anthropic', fieldsOf(value['usage'])['service_tier']),
    texts: texts(blocks.map(({ text }) => text)),
    toolCalls: blocks
      .filter(({ type }) => type === 'tool_use' || type === 'server_tool_use')
      .map((block) => toolCall(block['id'], block, block['input'])),
  };
}

function chatToolCall(call: unknown): ToolCall {
  const { id, function: called, custom } = fieldsOf(call);
  const of = fieldsOf(called ?? custom);
  return toolCall(id, of, of['arguments'] ?? of['input']);
}

function toolCall(id: unknown, { name }: Fields, args: unknown): ToolCall {
  return { id: textOf(id), name: textOf(name), arguments: args };
}

/** The tier, under the name by which the pricing of spans knows it. */
function tier(provider: string, value: unknown): Answer['serviceTier'] {
  const name = textOf(value);
  return name === undefined ? undefined : [`${provider}.response.service_tier`, name];
}

function texts(values: readonly unknown[]): string[] {
  return values.filter((value) => typeof value === 'string');
}
