import { createContextKey, type Context, type SpanContext } from '@opentelemetry/api';

/** Where a call that its caller books itself was made; its ids are filled in when its span starts. */
export interface Claim {
  traceId?: string;
  spanId?: string;
  /**
   * Milliseconds between two pieces of a stream's text, on average. Set by the caller, who reads
   * the stream, before it ends: the call's span tells it.
   */
  timePerChunkMs?: number;
}

const CLAIM = createContextKey('spanledger claim');

/**
 * A context for one call of a provider whose booking the caller does itself. The first inference
 * span that starts in it writes its ids into `claim`, and the {@link InferenceRecord} of that call
 * says `claimed: true`, so that a feed to the ledger passes over it. Later inference spans in the
 * same context (a second call) are not claimed.
 *
 * @example
 * const claim: Claim = {};
 * const answer = await context.with(claimInference(context.active(), claim), () => client.messages.create(ask));
 * await ledger.book({ ...answer, traceId: claim.traceId, spanId: claim.spanId });
 */
export function claimInference(context: Context, claim: Claim): Context {
  return context.setValue(CLAIM, claim);
}

/** The claim of a context that no call has taken yet. */
export function openClaimOf(context: Context): Claim | undefined {
  const claim = context.getValue(CLAIM) as Claim | undefined;
  return claim && !taken.has(claim) ? claim : undefined;
}

/** Gives `claim` to the call whose span is `span`. */
export function takeClaim(claim: Claim, { traceId, spanId }: SpanContext): void {
  taken.add(claim);
  claim.traceId = traceId;
  claim.spanId = spanId;
}

export function isOpen(claim: Claim): boolean {
  return !taken.has(claim);
}

/** By object, so that a caller may put ids of its own into a claim beforehand. */
const taken = new WeakSet<Claim>();
