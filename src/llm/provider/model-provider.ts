import type { TokenUsage } from '../../genai/usage/index.js';
import type { FieldFault } from '../../http/index.js';
import type { ModelStream } from './model-stream.js';

/** One message: of the user, of the model, or the result of a tool that the model called. */
export type ChatMessage =
  | {
      readonly role: 'user' | 'assistant';
      readonly content: string;
      /** Of the model: the tools it called. */
      readonly toolCalls?: readonly ToolCall[];
    }
  | { readonly role: 'tool'; readonly toolCallId: string; readonly content: string };

/** A tool that the model may call. */
export interface Tool {
  readonly name: string;
  readonly description?: string;
  /** JSON Schema of its arguments, an object. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** JSON, as the model wrote it: it may not fit the schema, or not be JSON at all. */
  readonly arguments: string;
}

export interface ModelRequest {
  /** The model, after `provider/` or alone. */
  readonly model: string;
  /** Who is to answer; by default the model's name tells. */
  readonly provider?: string;
  readonly messages: readonly ChatMessage[];
  readonly system?: string;
  /** Most tokens of output, thinking included. */
  readonly maxTokens: number;
  readonly temperature?: number;
  readonly tools?: readonly Tool[];
}

export interface ModelAnswer {
  readonly text: string;
  readonly toolCalls?: readonly ToolCall[];
  readonly responseId: string;
  /** The model that answered: often a dated version of the one asked for. */
  readonly responseModel: string;
  readonly finishReason?: string;
  readonly serviceTier?: string;
  readonly usage: TokenUsage;
}

/** A vendor of models. One file each; `llm.module.ts` lists them. */
export interface ModelProvider {
  /** What it is chosen by: the `provider` of a request, or a model's prefix. */
  readonly name: string;
  /** OpenTelemetry's `gen_ai.provider.name` of whoever serves: spans, prices and the ledger use it. */
  readonly servedBy: string;
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
  /**
   * The same, with the text as it comes. The call begins with the first read; leaving the
   * iteration early ends it. Tools are named in streams, but not their arguments.
   */
  stream(request: ModelRequest, signal: AbortSignal): ModelStream;
  /** Counts the input of a request without answering it; undefined where the vendor cannot. */
  countInput?(request: ModelRequest, signal: AbortSignal): Promise<number | undefined>;
}
