import Anthropic from '@anthropic-ai/sdk';
import { anthropicUsage } from '../../genai/usage/index.js';
import type { FieldFault } from '../../http/index.js';
import type { ModelAnswer, ModelProvider, ModelRequest } from '../provider/model-provider.js';
import { ModelStream } from '../provider/model-stream.js';
import { ProviderError } from '../provider/provider-error.js';
import { toProviderError } from '../provider/sdk-errors.js';
import { anthropicErrors } from './anthropic-errors.js';
import { anthropicRequest } from './anthropic-request.js';

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
  readonly servedBy = 'anthropic';
  readonly missingVariable?: string;
  readonly #configured: Anthropic | undefined;

  constructor(options: AnthropicProviderOptions) {
    if (options.apiKey === undefined) {
      this.missingVariable = 'ANTHROPIC_API_KEY';
      return;
    }
    this.#configured = new Anthropic({
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
    try {
      const { messages } = this.#client();
      return toAnswer(await messages.create(anthropicRequest(request), { signal }));
    } catch (error) {
      throw toProviderError(anthropicErrors, error, signal);
    }
  }

  stream(request: ModelRequest, signal: AbortSignal): ModelStream {
    const { messages } = this.#client();
    return new ModelStream(
      () => messages.create({ ...anthropicRequest(request), stream: true }, { signal }),
      (error) => toProviderError(anthropicErrors, error, signal),
    );
  }

  #client(): Anthropic {
    if (!this.#configured) throw new Error('A provider without a key is not to be called');
    return this.#configured;
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
  const toolCalls = message.content.flatMap((block) =>
    block.type === 'tool_use'
      ? [{ id: block.id, name: block.name, arguments: JSON.stringify(block.input) }]
      : [],
  );
  return {
    text: textOf(message.content),
    ...(toolCalls.length > 0 && { toolCalls }),
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
    .toWellFormed()
    .replaceAll('\0', '');
}

function tracesOf({ tracing, capturesContent }: AnthropicProviderOptions) {
  return tracing && capturesContent ? { enabled: true, contentMode: 'content' as const } : tracing;
}
