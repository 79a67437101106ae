import { diag, type Context } from '@opentelemetry/api';
import { Own, type CompatSet } from '../conventions/index.js';
import { PriceBook, pricesFrom } from '../pricing/index.js';
import { scopeFrom } from '../scope/index.js';
import { CallSettler } from './call-settler.js';
import { isOpen, openClaimOf, takeClaim } from './claim.js';
import { writeOldSpellings } from './compat-writer.js';
import type { LogToSpanBridge } from './content/index.js';
import { isGenAi, mayTurnGenAi } from './genai-marker.js';
import { tellInference } from './inference-listeners.js';
import type { InferenceRecord } from './inference-record.js';
import { spanPlaces } from './span-places.js';
import { addToolCall, noteScopeOpenedAbove, toolName, writeTotalsOfRoot } from './roll-up.js';
import { scopeSpanTest, stampScope, type ScopeSpans } from './scope-stamp.js';
import type { SdkSpan, SpanProcessorLike } from './sdk-types.js';
import { SpanNode } from './span-node.js';
import { write } from './span-writer.js';

export interface SpanledgerSpanProcessorOptions {
  /** The prices in force. Default: the catalogue. */
  readonly prices?: PriceBook;
  /** Hears of every call of a model once, when it ends. What it throws is counted, no more. */
  readonly onInference?: (record: InferenceRecord) => void;
  /** Which spans carry the scope's ids besides those about generative AI; see {@link ScopeSpans}. */
  readonly scopeSpans?: ScopeSpans;
  /** Puts the content of log events on their spans; see {@link LogToSpanBridge}. */
  readonly bridge?: LogToSpanBridge;
  /** Older spellings to write beside the canonical names. Default: none. */
  readonly compat?: readonly CompatSet[];
}

/** What the processor has done since it was made. */
export interface SpanProcessorStats {
  /** Calls told to `onInference`. */
  readonly calls: number;
  /** Of those, calls without a price. */
  readonly unpriced: number;
  /** Spans that told of a call which another span had told already. */
  readonly duplicates: number;
  /** Errors kept away from the application, those of `onInference` among them. */
  readonly faults: number;
}

/**
 * Enriches every span about generative AI, whoever made it: the scope when it starts; its kind, its
 * usage and its cost under canonical names when it ends, while it can still be written. Only calls
 * of a model are priced, each once; roots of workflows and conversation turns get the totals.
 *
 * Totals are of what ended beneath the root in this process. While calls beneath still run, its
 * `spanledger.cost.status` is `partial`; when they end, the total is put right on the span itself,
 * for every exporter that has not sent it yet. `onInference` hears of each call in any case.
 *
 * Works with SDK 2.3 and later, 3.x included, as the first of the provider's processors. It never
 * throws, and keeps nothing of a span longer than the application does.
 *
 * @example
 * new NodeSDK({
 *   spanProcessors: [
 *     new SpanledgerSpanProcessor({ onInference: (call) => feed.add(call) }),
 *     new BatchSpanProcessor({ exporter }),
 *   ],
 * });
 */
export class SpanledgerSpanProcessor implements SpanProcessorLike {
  readonly #places = spanPlaces();
  readonly #isScopeSpan: (span: SdkSpan) => boolean;
  readonly #compat: readonly CompatSet[];
  readonly #bridge: LogToSpanBridge | undefined;
  readonly #calls: CallSettler;
  #faults = 0;

  constructor(options: SpanledgerSpanProcessorOptions = {}) {
    const { prices = new PriceBook(), onInference, scopeSpans, bridge, compat = [] } = options;
    this.#isScopeSpan = scopeSpanTest(scopeSpans);
    this.#compat = compat;
    this.#bridge = bridge;
    this.#calls = new CallSettler(prices, (record) => {
      // Whoever claims a call keeps its budgets as well.
      if (!record.claimed) this.#guard(() => record.scope.budget?.add(record.cost));
      this.#guard(() => onInference?.(record));
      this.#guard(() => tellInference(record));
    });
  }

  onStart(span: SdkSpan, parentContext: Context): void {
    this.#guard(() => this.#start(span, parentContext));
  }

  onEnding(span: SdkSpan): void {
    this.#guard(() => this.#end(span));
  }

  onEnd(): void {}

  async forceFlush(): Promise<void> {
    this.#guard(() => this.#calls.settleDeferred());
  }

  async shutdown(): Promise<void> {
    await this.forceFlush();
  }

  stats(): SpanProcessorStats {
    return { ...this.#calls.counts, faults: this.#faults };
  }

  #start(span: SdkSpan, context: Context): void {
    const above = span.parentSpanContext && this.#places.get(span.parentSpanContext);
    const scope = scopeFrom(context);
    const claim = openClaimOf(context);
    const prices = pricesFrom(context);
    const genAi = isGenAi(span);
    const stamped = genAi || (scope !== undefined && this.#isScopeSpan(span));

    if (!stamped && !mayTurnGenAi(span)) {
      if (!above && !scope && !claim && !prices) return;
      const samePlace =
        above &&
        above.scope === scope &&
        above.prices === prices &&
        (!claim || claim === above.claim);
      this.#places.set(
        span.spanContext(),
        samePlace ? above : { node: above?.node, scope, claim, prices },
      );
      return;
    }

    const node = new SpanNode(span, above?.node, scope, claim, prices);
    this.#places.set(span.spanContext(), node);
    if (stamped) this.#stamp(node);
    if (!genAi) return;
    node.startedAsGenAi = true;
    // Early, while the span has room: the kind is what most is searched by.
    this.#writeKind(node);
    if (node.role.billable) {
      if (claim) this.#take(node);
      this.#calls.open(node);
    }
  }

  #end(span: SdkSpan): void {
    const place = this.#places.get(span.spanContext());
    let node = place instanceof SpanNode && place.span === span ? place : undefined;
    const genAi = node?.startedAsGenAi || isGenAi(span);
    if (!node) {
      if (!genAi) return;
      node = new SpanNode(span, place?.node, place?.scope, place?.claim, place?.prices);
    }
    if (genAi && !node.stamped) this.#stamp(node);
    if (genAi) this.#writeKind(node);
    if (genAi && node.role.billable) {
      if (node.claim && !node.claimed && isOpen(node.claim)) this.#take(node);
      this.#calls.settle(node);
      noteScopeOpenedAbove(node);
    } else if (node.stamped) {
      if (node.role.kind === 'tool') {
        addToolCall(node, toolName(span));
        noteScopeOpenedAbove(node);
      }
      writeTotalsOfRoot(node);
    }
    node.ended = true;
    if (genAi) this.#bridge?.writeTo(span);
    if (node.stamped && this.#compat.length > 0) writeOldSpellings(span, this.#compat);
  }

  #stamp(node: SpanNode): void {
    node.stamped = true;
    if (node.scope) stampScope(node.span, node.scope);
  }

  #take(node: SpanNode): void {
    if (!node.claim) return;
    takeClaim(node.claim, node.span.spanContext());
    node.claimed = true;
  }

  #writeKind({ role, span }: SpanNode): void {
    if (role.kind && span.attributes[Own.spanKind] === undefined)
      write(span, Own.spanKind, role.kind);
  }

  #guard(step: () => void): void {
    try {
      step();
    } catch (fault) {
      this.#faults += 1;
      if (this.#faults === 1) diag.error('Spanledger could not enrich a span', fault);
    }
  }
}
