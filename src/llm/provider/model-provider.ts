import type { TokenUsage } from '../../genai/usage/index.js';
import type { FieldFault } from '../../http/index.js';

export interface ChatMessage {
  readonly role: 'user' | 'assistant';
  readonly content: string;
}

export interface ModelRequest {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly system?: string;
  /** Most tokens of output, thinking included. */
  readonly maxTokens: number;
  readonly temperature?: number;
}

export interface ModelAnswer {
  readonly text: string;
  readonly responseId: string;
  /** The model that answered: often a dated version of the one asked for. */
  readonly responseModel: string;
  readonly finishReason?: string;
  readonly serviceTier?: string;
  readonly usage: TokenUsage;
}

/** A vendor of models. One file each; `llm.module.ts` lists them. */
export interface ModelProvider {
  /** OpenTelemetry's `gen_ai.provider.name`. */
  readonly name: string;
  /** The environment variable to set when the provider has no key; undefined when it has. */
  readonly missingVariable?: string;
  /** Fields of the request that this vendor's API does not take. */
  unsupported(request: ModelRequest): readonly FieldFault[];
  /**
   * One call, retries included. Stops when the signal aborts.
   *
   * @throws {ProviderError} for whatever goes wrong
   */
  complete(request: ModelRequest, signal: AbortSignal): Promise<ModelAnswer>;
}
