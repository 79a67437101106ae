import Anthropic from '@anthropic-ai/sdk';
import { anthropicUsage } from '../../genai/usage/index.js';
import type { FieldFault } from '../../http/index.js';
import { ProviderError } from '../provider/provider-error.js';
import type { ModelAnswer, ModelProvider, ModelRequest } from '../provider/model-provider.js';
import { toProviderError } from './anthropic-errors.js';

export interface AnthropicProviderOptions {
  readonly apiKey?: string;
  readonly baseUrl?: string;
  readonly maxRetries: number;
  /** Time that one attempt has to answer with headers, milliseconds. */
  readonly timeoutMs: number;
  readonly fetch: typeof fetch;
  /** Whether the SDK makes a span of each call. */
  readonly tracing: boolean;
  /** Whether the span carries what was said; redaction comes before the exporters. */
  readonly capturesContent: boolean;
}

/** Claude models, by Anthropic's own SDK, which makes the call's span by itself. */
export class AnthropicProvider implements ModelProvider {
  readonly name = 'anthropic';
  readonly missingVariable?: string;
  readonly #client: Anthropic | undefined;

  constructor(options: AnthropicProviderOptions) {
    if (options.apiKey === undefined) {
      this.missingVariable = 'ANTHROPIC_API_KEY';
      return;
    }
    this.#client = new Anthropic({
      apiKey: options.apiKey,
      baseURL: options.baseUrl,
      maxRetries: options.maxRetries,
      timeout: options.timeoutMs,
      fetch: options.fetch,
      // By default the SDK sends the ambient trace context, baggage included, to Anthropic.
      openTelemetry: { propagation: false, traces: tracesOf(options) },
    });
  }

  unsupported(request: ModelRequest): readonly FieldFault[] {
    if (request.temperature === undefined) return [];
    const message = "Anthropic's Messages API takes no temperature (since version 2026-10-21)";
    return [{ path: 'temperature', message }];
  }

  async complete(request: ModelRequest, signal: AbortSignal): Promise<ModelAnswer> {
    if (!this.#client) throw new Error('A provider without a key is not to be called');
    try {
      const message = await this.#client.messages.create(
        {
          model: request.model,
          max_tokens: request.maxTokens,
          messages: request.messages.map(({ role, content }) => ({ role, content })),
          ...(request.system !== undefined && { system: request.system }),
        },
        { signal },
      );
      return toAnswer(message);
    } catch (error) {
      throw toProviderError(error, signal);
    }
  }
}

/**
 * A 200 may still hold anything: a proxy's HTML page comes as a string. An answer without usage is
 * an answer; its cost is then partial.
 */
function toAnswer(message: Anthropic.Message): ModelAnswer {
  if (typeof message?.id !== 'string' || !Array.isArray(message.content)) {
    throw new ProviderError({ kind: 'malformed_answer', provider: 'anthropic' });
  }
  return {
    text: textOf(message.content),
    responseId: message.id,
    responseModel: message.model,
    finishReason: message.stop_reason ?? undefined,
    serviceTier: message.usage?.service_tier ?? undefined,
    usage: anthropicUsage(message.usage),
  };
}

/** Only what the model says: thinking and tool blocks are not the answer. NUL cannot be stored. */
function textOf(content: Anthropic.Message['content']): string {
  return content
    .map((block) => (block.type === 'text' ? block.text : ''))
    .join('')
    .replaceAll('\0', '');
}

function tracesOf({ tracing, capturesContent }: AnthropicProviderOptions) {
  return tracing && capturesContent ? { enabled: true, contentMode: 'content' as const } : tracing;
}
