import type OpenAI from 'openai';
import type { ChatMessage, ModelRequest } from '../provider/model-provider.js';
import { ProviderError } from '../provider/provider-error.js';
import { modelCall, modelCallStream, type CalledService } from './model-call.js';
import type { OpenAiApi } from './openai-api.js';

/** The API takes no smaller limit. */
const LEAST_TOKENS = 16;

/** OpenAI's responses. Nothing is stored there: the conversation is kept here. */
export function responses(service: CalledService): OpenAiApi {
  const { servedBy } = service;
  return {
    async complete(client, request, options) {
      const create = modelCall(service, client.responses, 'create');
      const raw = (await create(bodyOf(request), options)) as OpenAI.Responses.Response;
      if (raw?.status === 'failed') throw failed(servedBy, raw.error);
      return {
        raw,
        text: raw?.output_text ?? '',
        toolCalls: (raw?.output ?? []).flatMap((item) =>
          item.type === 'function_call'
            ? [{ id: item.call_id, name: item.name, arguments: item.arguments }]
            : [],
        ),
      };
    },
    async *stream(client, request, options) {
      const create = modelCallStream(service, client.responses, 'create');
      for await (const event of create({ ...bodyOf(request), stream: true }, options)) {
        const { type, response } = event as OpenAI.Responses.ResponseFailedEvent;
        if (type === 'response.failed') throw failed(servedBy, response.error);
        yield event;
      }
    },
    async countInput(client, request, signal) {
      const { model, input, instructions, tools } = bodyOf(request);
      const counted = await client.responses.inputTokens.count(
        { model, input, instructions, tools },
        { signal },
      );
      return counted.input_tokens;
    },
  };
}

function bodyOf(request: ModelRequest) {
  const { model, messages, system, maxTokens, temperature, tools } = request;
  return {
    model,
    input: messages.flatMap(toItems),
    store: false,
    max_output_tokens: Math.max(LEAST_TOKENS, maxTokens),
    ...(system !== undefined && { instructions: system }),
    ...(temperature !== undefined && { temperature }),
    ...(tools && {
      tools: tools.map((tool) => ({ type: 'function' as const, strict: false, ...tool })),
    }),
  } satisfies OpenAI.Responses.ResponseCreateParams;
}

function toItems(message: ChatMessage): OpenAI.Responses.ResponseInputItem[] {
  if (message.role === 'tool') {
    const { toolCallId: call_id, content: output } = message;
    return [{ type: 'function_call_output', call_id, output }];
  }
  const { role, content, toolCalls = [] } = message;
  return [
    ...(content === '' ? [] : [{ role, content }]),
    ...toolCalls.map(({ id, ...called }) => ({
      type: 'function_call' as const,
      call_id: id,
      ...called,
    })),
  ];
}

function failed(provider: string, error: OpenAI.Responses.ResponseError | null): ProviderError {
  const kind = error?.code === 'rate_limit_exceeded' ? 'rate_limited' : 'server_error';
  return new ProviderError({ kind, provider, message: error?.message });
}
