import type { JsonSchema } from '../tool-input.ts';

/** What of the Messages API (version 2026-10-21) is understood. */
export interface MessagesRequest {
  readonly model: string;
  readonly max_tokens: number;
  readonly messages: readonly WireMessage[];
  readonly system?: string | readonly Block[];
  readonly tools?: ReadonlyArray<{ readonly name: string; readonly input_schema?: JsonSchema }>;
  readonly tool_choice?: {
    readonly type: 'auto' | 'any' | 'tool' | 'none';
    readonly name?: string;
  };
  readonly thinking?: { readonly type: string };
  readonly service_tier?: 'auto' | 'standard_only';
  readonly stream?: boolean;
  readonly cache_control?: CacheControl;
}

export interface WireMessage {
  readonly role: 'user' | 'assistant';
  readonly content: string | readonly Block[];
}

export interface Block {
  readonly type: string;
  readonly text?: string;
  readonly content?: unknown;
  readonly cache_control?: CacheControl;
}

export interface CacheControl {
  readonly type: 'ephemeral';
  readonly ttl?: '5m' | '1h';
}

/** The text of a message or system prompt, whichever form it has. */
export function textOf(content: string | readonly Block[] | undefined): string {
  if (content === undefined) return '';
  if (typeof content === 'string') return content;
  return content
    .map(
      (block) => block.text ?? (block.content === undefined ? '' : JSON.stringify(block.content)),
    )
    .join('\n');
}
