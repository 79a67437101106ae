import type OpenAI from 'openai';
import type { ChatMessage, ModelRequest } from '../provider/model-provider.js';
import { modelCall, modelCallStream, type CalledService } from './model-call.js';
import type { OpenAiApi } from './openai-api.js';

export interface ChatCompletionsOptions extends CalledService {
  /** Reasoning models of OpenAI refuse `max_tokens`; many compatible APIs know nothing else. */
  readonly limitField: 'max_completion_tokens' | 'max_tokens';
}

/** Chat completions: what OpenAI offers, and everyone who is compatible with it. */
export function chatCompletions({ limitField, ...service }: ChatCompletionsOptions): OpenAiApi {
  const bodyOf = (request: ModelRequest) => ({
    model: request.model,
    messages: messagesOf(request),
    [limitField]: request.maxTokens,
    ...(request.temperature !== undefined && { temperature: request.temperature }),
    ...(request.tools && { tools: request.tools.map((tool) => ({ type, function: tool })) }),
  });
  return {
    async complete({ chat: { completions } }, request, options) {
      const create = modelCall(service, completions, 'create');
      const raw = (await create(bodyOf(request), options)) as OpenAI.ChatCompletion;
      const message = raw?.choices?.[0]?.message;
      return {
        raw,
        text: message?.content ?? '',
        toolCalls: (message?.tool_calls ?? []).flatMap((call) =>
          call.type === type ? [{ id: call.id, ...call.function }] : [],
        ),
      };
    },
    stream({ chat: { completions } }, request, options) {
      // Without being asked, OpenAI does not tell the usage of a stream.
      const body = { ...bodyOf(request), stream: true, stream_options: { include_usage: true } };
      return modelCallStream(service, completions, 'create')(body, options);
    },
  };
}

const type = 'function' as const;

function messagesOf({ system, messages }: ModelRequest): OpenAI.ChatCompletionMessageParam[] {
  const told = messages.map(toMessage);
  return system === undefined ? told : [{ role: 'system', content: system }, ...told];
}

function toMessage(message: ChatMessage): OpenAI.ChatCompletionMessageParam {
  if (message.role === 'tool') {
    return { role: 'tool', tool_call_id: message.toolCallId, content: message.content };
  }
  const { role, content, toolCalls } = message;
  if (role === 'user' || !toolCalls?.length) return { role, content };
  const tool_calls = toolCalls.map(({ id, ...called }) => ({ id, type, function: called }));
  return { role, content, tool_calls };
}
