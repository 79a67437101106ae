import type { JsonSchema } from '../tool-input.ts';

/** What of a chat completion request is understood. */
export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly max_completion_tokens?: number;
  /** What compatible servers call it. */
  readonly max_tokens?: number;
  readonly tools?: ReadonlyArray<{
    readonly function: { readonly name: string; readonly parameters?: JsonSchema };
  }>;
  readonly tool_choice?: ToolChoice<{ readonly function: { readonly name: string } }>;
  readonly reasoning_effort?: string;
  readonly stream?: boolean;
  readonly stream_options?: { readonly include_usage?: boolean };
}

export interface ChatMessage {
  readonly role: string;
  readonly content?: Content;
}

/** What of a request of the responses API is understood. */
export interface ResponsesRequest {
  readonly model: string;
  readonly instructions?: string;
  readonly input: string | readonly InputItem[];
  readonly max_output_tokens?: number;
  readonly tools?: ReadonlyArray<{ readonly name: string; readonly parameters?: JsonSchema }>;
  readonly tool_choice?: ToolChoice<{ readonly name: string }>;
  readonly reasoning?: { readonly effort?: string };
  readonly stream?: boolean;
}

export interface InputItem {
  /** Absent for messages. */
  readonly type?: string;
  readonly role?: string;
  readonly content?: Content;
  readonly output?: string;
}

export type ToolChoice<Named> = 'auto' | 'none' | 'required' | Named;

type Content = string | null | ReadonlyArray<{ readonly text?: string }>;

/** The text of a message, whichever form it has. */
export function textOf(content: Content | undefined): string {
  if (typeof content === 'string') return content;
  return (content ?? []).map(({ text }) => text ?? '').join('\n');
}
