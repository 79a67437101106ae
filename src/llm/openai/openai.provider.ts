import OpenAI from 'openai';
import type { OpenAiApi as ApiName } from '../../config/index.js';
import { answerOf } from '../../genai/observe/index.js';
import { openaiUsage } from '../../genai/usage/index.js';
import type { ModelAnswer, ModelProvider, ModelRequest } from '../provider/model-provider.js';
import { ModelStream } from '../provider/model-stream.js';
import { ProviderError } from '../provider/provider-error.js';
import { toProviderError, type SdkErrors } from '../provider/sdk-errors.js';
import { chatCompletions } from './chat-completions.js';
import type { OpenAiApi, RawAnswer } from './openai-api.js';
import type { CalledService } from './model-call.js';
import { openaiErrors } from './openai-errors.js';
import { responses } from './responses.js';
import { isOpenAi, servedBy } from './served-by.js';

export interface OpenAiProviderOptions {
  readonly apiKey?: string;
  readonly baseUrl?: string;
  /** @default responses at OpenAI, chat completions elsewhere */
  readonly api?: ApiName;
  readonly maxRetries: number;
  /** Time that one attempt has to answer with headers, milliseconds. */
  readonly timeoutMs: number;
  readonly fetch: typeof fetch;
  /** Whether prompts and answers are on the spans. */
  readonly capturesContent: boolean;
}

/** OpenAI's models, and those of any API of the same shape, by OpenAI's own SDK. */
export class OpenAiProvider implements ModelProvider {
  readonly name = 'openai';
  readonly servedBy: string;
  readonly missingVariable?: string;
  readonly #api: OpenAiApi;
  readonly #errors: SdkErrors<InstanceType<typeof OpenAI.APIError>>;
  readonly #configured: OpenAI | undefined;

  constructor(options: OpenAiProviderOptions) {
    const { baseUrl, api = isOpenAi(baseUrl) ? 'responses' : 'chat_completions' } = options;
    this.servedBy = servedBy(baseUrl);
    this.#errors = openaiErrors(this.servedBy);
    const service = { servedBy: this.servedBy, capturesContent: options.capturesContent };
    this.#api = api === 'responses' ? responses(service) : chatApi(service, baseUrl);
    if (options.apiKey === undefined) {
      this.missingVariable = 'OPENAI_API_KEY';
      return;
    }
    this.#configured = new OpenAI({
      apiKey: options.apiKey,
      // The SDK would else read variables of its own.
      baseURL: baseUrl ?? 'https://api.openai.com/v1',
      organization: null,
      project: null,
      maxRetries: options.maxRetries,
      timeout: options.timeoutMs,
      fetch: options.fetch,
    });
  }

  unsupported(): readonly [] {
    return [];
  }

  async complete(request: ModelRequest, signal: AbortSignal): Promise<ModelAnswer> {
    try {
      const answer = await this.#api.complete(this.#client(), request, { signal });
      return toAnswer(answer, this.servedBy);
    } catch (error) {
      throw toProviderError(this.#errors, error, signal);
    }
  }

  stream(request: ModelRequest, signal: AbortSignal): ModelStream {
    const client = this.#client();
    return new ModelStream(
      () => this.#api.stream(client, request, { signal }),
      (error) => toProviderError(this.#errors, error, signal),
    );
  }

  async countInput(request: ModelRequest, signal: AbortSignal): Promise<number | undefined> {
    return this.#api.countInput?.(this.#client(), request, signal);
  }

  #client(): OpenAI {
    if (!this.#configured) throw new Error('A provider without a key is not to be called');
    return this.#configured;
  }
}

function chatApi(service: CalledService, baseUrl: string | undefined): OpenAiApi {
  const isOwn = isOpenAi(baseUrl) || service.servedBy === 'azure.ai.openai';
  return chatCompletions({
    ...service,
    limitField: isOwn ? 'max_completion_tokens' : 'max_tokens',
  });
}

/** A 200 may still hold anything; an answer without usage is an answer of partial cost. */
function toAnswer({ raw, text, toolCalls }: RawAnswer, provider: string): ModelAnswer {
  const answer = answerOf(raw);
  if (answer?.id === undefined) throw new ProviderError({ kind: 'malformed_answer', provider });
  return {
    text: text.toWellFormed().replaceAll('\0', ''),
    ...(toolCalls.length > 0 && { toolCalls }),
    responseId: answer.id,
    responseModel: answer.model ?? 'unknown',
    finishReason: answer.finishReasons?.[0],
    serviceTier: answer.serviceTier?.[1],
    usage: answer.usage ?? openaiUsage(undefined),
  };
}
