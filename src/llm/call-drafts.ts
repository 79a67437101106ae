import type { Cost } from '../genai/pricing/index.js';
import type { Scope } from '../genai/scope/index.js';
import type { Claim } from '../genai/spans/index.js';
import type { TokenUsage } from '../genai/usage/index.js';
import { entryScope, type EntryDraft, type Hold } from '../ledger/index.js';
import type { ProviderError } from './provider/provider-error.js';
import type { StreamedAnswer } from './stream/read-stream.js';
import type { StreamCut } from './stream/stream-cut.js';

/** What is known of a call before its answer. */
export interface CallFacts {
  readonly callId: string;
  readonly provider: string;
  readonly requestModel: string;
  readonly scope: Scope;
  readonly step?: string;
  /** The request's span, until the call's own span tells its ids. */
  readonly span: Claim;
  readonly startedAt: Date;
  /** What budgets hold for the call. */
  readonly hold?: Hold;
}

const NO_USAGE: TokenUsage = {
  input: 0,
  cacheRead: 0,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  output: 0,
  reasoning: 0,
};

const NOTHING = {
  input: 0n,
  cacheRead: 0n,
  cacheWrite5m: 0n,
  cacheWrite1h: 0n,
  output: 0n,
  reasoning: 0n,
  requests: 0n,
};

export function answeredDraft(
  facts: CallFacts,
  durationMs: number,
  { answer, timing }: StreamedAnswer,
  cost: Cost,
): EntryDraft {
  return {
    ...common(facts, durationMs),
    status: 'ok',
    responseModel: answer.responseModel,
    responseId: answer.responseId,
    serviceTier: answer.serviceTier,
    finishReason: answer.finishReason,
    usage: answer.usage,
    cost,
    ...timing,
  };
}

/** A stream that was cut: what was received was answered, and is billed. */
export function cutDraft(
  facts: CallFacts,
  durationMs: number,
  { reason, answer, timing, cause }: StreamCut,
  cost: Cost,
): EntryDraft {
  return {
    ...common(facts, durationMs),
    status: reason === 'reader_left' ? 'cancelled' : 'error',
    errorType: reason === 'reader_left' ? reason : cause.errorType,
    responseModel: answer.responseModel,
    responseId: answer.responseId,
    serviceTier: answer.serviceTier,
    usage: answer.usage,
    cost,
    ...timing,
  };
}

/**
 * A refused call costs nothing. One that ended while the provider was at work may have been
 * billed, by an amount that nobody told us: that is a partial cost, not a zero.
 */
export function failedDraft(
  facts: CallFacts,
  durationMs: number,
  error: ProviderError,
): EntryDraft {
  const cost: Cost = error.mayBeBilled
    ? {
        status: 'partial',
        total: 0n,
        buckets: NOTHING,
        price: null,
        reason: `ended: ${error.kind}`,
      }
    : { status: 'free', total: 0n, buckets: NOTHING, price: null };
  return {
    ...common(facts, durationMs),
    status: error.kind === 'cancelled' ? 'cancelled' : 'error',
    errorType: error.errorType,
    usage: NO_USAGE,
    cost,
  };
}

function common(facts: CallFacts, durationMs: number) {
  return {
    callId: facts.callId,
    provider: facts.provider,
    operation: 'chat',
    requestModel: facts.requestModel,
    scope: entryScope(facts.scope, facts.step),
    traceId: facts.span.traceId,
    spanId: facts.span.spanId,
    startedAt: facts.startedAt,
    durationMs,
    hold: facts.hold,
  };
}
