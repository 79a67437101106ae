import type OpenAI from 'openai';
import type { ModelRequest, ToolCall } from '../provider/model-provider.js';

/** What both of OpenAI's APIs can do, each in its own terms. */
export interface OpenAiApi {
  complete(client: OpenAI, request: ModelRequest, options: SignalOption): Promise<RawAnswer>;
  /** The events of the answer. */
  stream(client: OpenAI, request: ModelRequest, options: SignalOption): AsyncIterable<unknown>;
  /** Counts the input without answering; not all compatible APIs can. */
  countInput?(client: OpenAI, request: ModelRequest, signal: AbortSignal): Promise<number>;
}

export interface SignalOption {
  readonly signal: AbortSignal;
}

/** An answer as it came, and what of it differs between the APIs. */
export interface RawAnswer {
  readonly raw: object;
  readonly text: string;
  readonly toolCalls: readonly ToolCall[];
}
