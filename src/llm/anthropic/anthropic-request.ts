import type Anthropic from '@anthropic-ai/sdk';
import type { ChatMessage, ModelRequest } from '../provider/model-provider.js';

/** A request in Anthropic's terms. */
export function anthropicRequest(request: ModelRequest): Anthropic.MessageCreateParamsNonStreaming {
  const { model, maxTokens, messages, system, tools } = request;
  return {
    model,
    max_tokens: maxTokens,
    messages: messages.map(toMessage),
    ...(system !== undefined && { system }),
    ...(tools && {
      tools: tools.map(({ name, description, parameters }) => ({
        name,
        description,
        input_schema: { ...parameters, type: 'object' as const },
      })),
    }),
  };
}

function toMessage(message: ChatMessage): Anthropic.MessageParam {
  if (message.role === 'tool') {
    const { toolCallId: tool_use_id, content } = message;
    return { role: 'user', content: [{ type: 'tool_result', tool_use_id, content }] };
  }
  const { role, content, toolCalls } = message;
  if (!toolCalls?.length) return { role, content };
  return {
    role,
    content: [
      ...(content === '' ? [] : [{ type: 'text' as const, text: content }]),
      ...toolCalls.map(({ id, name, arguments: json }) => ({
        type: 'tool_use' as const,
        id,
        name,
        input: JSON.parse(json) as unknown,
      })),
    ],
  };
}
