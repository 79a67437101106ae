import type { Cost } from '../genai/pricing/index.js';
import type { TokenUsage } from '../genai/usage/index.js';

export type CallStatus = 'ok' | 'error' | 'cancelled';

/** Whom and what a call belongs to; all of it is optional. */
export interface EntryScope {
  /** The API key that the call was made with. */
  readonly apiKeyId?: string;
  readonly userId?: string;
  readonly conversationId?: string;
  readonly turnNumber?: number;
  readonly workflowId?: string;
  readonly workflowType?: string;
  readonly workflowStep?: string;
  readonly agentName?: string;
  readonly tags?: readonly string[];
  readonly metadata?: Readonly<Record<string, string | number | boolean>>;
}

/** One call of a model, ready to be booked. */
export interface EntryDraft {
  /** Unique id of the call; the booking key when the provider gave no response id. */
  readonly callId: string;
  readonly provider: string;
  readonly operation: string;
  readonly requestModel: string;
  readonly responseModel?: string;
  readonly responseId?: string;
  readonly serviceTier?: string;
  readonly status: CallStatus;
  readonly errorType?: string;
  readonly finishReason?: string;
  readonly usage: TokenUsage;
  readonly cost: Cost;
  readonly scope: EntryScope;
  readonly traceId?: string;
  readonly spanId?: string;
  readonly startedAt: Date;
  readonly durationMs: number;
  /** From the call's start to the first text of its stream; absent of calls that do not stream. */
  readonly timeToFirstChunkMs?: number;
  /** Between two pieces of text of its stream, on average; for metrics, not stored. */
  readonly timePerChunkMs?: number;
  /** The money held for the call; settled to its cost with the entry. */
  readonly hold?: Hold;
}

/** Money that budgets hold for a call; see the room `budget`. */
export interface Hold {
  readonly id: string;
  /** The windows of budgets that it is held on. */
  readonly windows: readonly string[];
}

/**
 * What makes an entry unique. The same response seen twice (by a retry, by two
 * instrumentations) is one entry; a call without a response id is known by its own.
 */
export function bookingKey(draft: EntryDraft): string {
  return draft.responseId ? `${draft.provider} ${draft.responseId}` : `call ${draft.callId}`;
}
