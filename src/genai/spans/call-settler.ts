import type { PriceBook } from '../pricing/index.js';
import { factsOf, mergeFacts, type InferenceFacts } from './inference-facts.js';
import type { InferenceRecord } from './inference-record.js';
import { recordOf } from './record-of.js';
import { addCall } from './roll-up.js';
import { SeenResponses } from './seen-responses.js';
import type { SpanNode } from './span-node.js';
import {
  writeCallee,
  writeCost,
  writeCostStatus,
  writeRhythm,
  writeSpeed,
  writeUsage,
} from './span-writer.js';

/** A call left to a span that has not ended is not waited for longer, and never by more at once. */
const MAX_DEFERRED = 1000;
const MAX_WAIT_MS = 10 * 60_000;

/**
 * Prices calls of a model, each once. Several spans may tell of one call: an instrumentation inside
 * another, or two side by side. The innermost that knows the usage is priced, the rest are marked
 * `duplicate`; what an outer one knows and it does not, it takes over.
 */
export class CallSettler {
  readonly counts = { calls: 0, unpriced: 0, duplicates: 0 };
  readonly #prices: PriceBook;
  readonly #tell: (record: InferenceRecord) => void;
  readonly #seen = new SeenResponses();
  /** Spans that have ended and left their call to a span beneath that has not, and since when. */
  readonly #deferred = new Map<SpanNode, number>();

  constructor(prices: PriceBook, tell: (record: InferenceRecord) => void) {
    this.#prices = prices;
    this.#tell = tell;
  }

  /** A span that is known for a call has started. */
  open(node: SpanNode): void {
    node.startedAsCall = true;
    node.forEachAbove((above) => (above.openCalls += 1));
    for (const outer of node.outers) outer.openInner += 1;
  }

  /** The span of a call ends. */
  settle(node: SpanNode): void {
    if (node.startedAsCall) {
      node.forEachAbove((above) => (above.openCalls -= 1));
      for (const outer of node.outers) outer.openInner -= 1;
    }
    const own = factsOf(node.span, node.role);
    writeCallee(node.span, own);
    if (this.#isPricedElsewhere(node, own)) return this.#markDuplicate(node);

    const leftToThis = node.outers.find(({ deferred }) => deferred)?.deferred ?? node.fromInner;
    const facts = mergeFacts(own, leftToThis);
    if (this.#leaveToAnother(node, facts)) return this.#markDuplicate(node);
    this.#price(node, facts);
  }

  /** Prices the calls that were left to spans which have not ended. They are not waited for. */
  settleDeferred(): void {
    for (const node of this.#deferred.keys()) this.#settleDeferred(node);
  }

  #isPricedElsewhere(node: SpanNode, { responseId }: InferenceFacts): boolean {
    if (node.pricedInner) return true;
    const samePriced = ({ pricedHere, pricedId }: SpanNode): boolean =>
      pricedHere && (pricedId === undefined || responseId === undefined || pricedId === responseId);
    if (node.outers.some(samePriced)) return true;
    return responseId !== undefined && this.#seen.has(node.span.spanContext().traceId, responseId);
  }

  /**
   * A call whose usage this span does not know is left to an outer span that is still open; one
   * that a span beneath is still telling of is left to that one, which is nearer to the provider.
   */
  #leaveToAnother(node: SpanNode, facts: InferenceFacts): boolean {
    const outer = node.outers.find(({ ended, startedAsCall }) => startedAsCall && !ended);
    if (facts.usageKnown === 'none' && outer) {
      outer.fromInner = facts;
      outer.claimed ||= node.claimed;
      return true;
    }
    if (node.openInner === 0) return false;
    node.deferred = facts;
    this.#deferred.set(node, performance.now());
    this.#settleOverdue();
    return true;
  }

  #settleOverdue(): void {
    for (const [node, since] of this.#deferred) {
      if (this.#deferred.size <= MAX_DEFERRED && performance.now() - since < MAX_WAIT_MS) return;
      this.#settleDeferred(node);
    }
  }

  #settleDeferred(node: SpanNode): void {
    this.#deferred.delete(node);
    if (node.deferred && !node.pricedInner) this.#price(node, node.deferred);
    node.deferred = undefined;
  }

  #price(node: SpanNode, facts: InferenceFacts): void {
    const { span } = node;
    const record = recordOf(node, facts, node.prices ?? this.#prices);
    writeUsage(span, facts);
    writeSpeed(span, facts, record.durationMs);
    if (node.claimed) writeRhythm(span, node.claim?.timePerChunkMs);
    writeCost(span, record.cost);

    if (facts.usageKnown !== 'none') {
      node.pricedHere = true;
      node.pricedId = facts.responseId;
      if (facts.responseId !== undefined) this.#seen.add(record.traceId, facts.responseId);
      for (const outer of node.outers) {
        outer.pricedInner = true;
        outer.deferred = undefined;
        this.#deferred.delete(outer);
      }
    }
    addCall(node, record.cost);
    this.counts.calls += 1;
    if (record.cost.status === 'unpriced') this.counts.unpriced += 1;
    this.#tell(record);
  }

  #markDuplicate({ span }: SpanNode): void {
    this.counts.duplicates += 1;
    writeCostStatus(span, 'duplicate');
  }
}
