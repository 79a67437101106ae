import type { ChatMessage } from '../llm/index.js';

/** A token is estimated at this many bytes of text; see `estimateTokens`. */
export const BYTES_PER_TOKEN = 2.5;

/** One earlier turn, as the model needs it. */
export interface PastTurn {
  readonly user: string;
  readonly assistant: string;
}

export interface TrimOptions {
  /** Earlier turns, oldest first. */
  readonly turns: readonly PastTurn[];
  readonly message: string;
  readonly system?: string;
  /** Tokens that the model can hold, its answer included. */
  readonly window: number;
  readonly maxTokens: number;
}

export interface TrimmedHistory {
  readonly messages: readonly ChatMessage[];
  /** How many of the given turns are among the messages: the newest ones. */
  readonly keptTurns: number;
}

/** Role marks and separators that each message costs beside its text. */
const TOKENS_PER_MESSAGE = 8;

/**
 * The messages of a turn: the whole history, less the oldest turns that would not fit into the
 * model's window together with the new message and the longest answer.
 */
export function trimHistory(options: TrimOptions): TrimmedHistory {
  const { turns, message, system = '', window, maxTokens } = options;
  let room = window - maxTokens - estimateTokens(message) - estimateTokens(system);
  let first = turns.length;
  while (first > 0) {
    const turn = turns[first - 1];
    if (!turn) break;
    room -= estimateTokens(turn.user) + estimateTokens(turn.assistant);
    if (room < 0) break;
    first -= 1;
  }
  const kept = turns.slice(first).flatMap((turn): ChatMessage[] => [
    { role: 'user', content: turn.user },
    { role: 'assistant', content: turn.assistant },
  ]);
  return {
    messages: [...kept, { role: 'user', content: message }],
    keptTurns: turns.length - first,
  };
}

/**
 * An upper estimate: English text has about four bytes a token, code and other scripts fewer.
 * To guess too high drops a turn early; to guess too low has the provider refuse the call.
 */
export function estimateTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN) + TOKENS_PER_MESSAGE;
}
