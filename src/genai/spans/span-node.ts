import type { PriceBook } from '../pricing/index.js';
import type { Scope } from '../scope/index.js';
import type { Claim } from './claim.js';
import type { InferenceFacts } from './inference-facts.js';
import { roleOf, type Role } from './role.js';
import { opensScope } from './scope-stamp.js';
import type { SdkSpan } from './sdk-types.js';

/**
 * Where a span stands: the nearest node above it or itself, and the scope it started in. A span
 * of the infrastructure shares the place of its parent.
 */
export interface Place {
  readonly node: SpanNode | undefined;
  readonly scope: Scope | undefined;
  readonly claim: Claim | undefined;
  /** Prices of its own, where the context brings some. */
  readonly prices: PriceBook | undefined;
}

/** The sums of what ended under a span. Money in picodollars. */
class Totals {
  cost = 0n;
  llmCalls = 0;
  toolCalls = 0;
  /** Calls whose cost is not known, or not wholly. */
  uncertain = 0;
}

/** Further up than any real nesting; a chain that never ends must not cost more and more. */
const MAX_DEPTH = 1000;

/** Two instrumentations of one call are next to each other, give or take a few wrappers. */
const MAX_OUTERS = 16;

/** Between two calls one of these makes them two calls, not two tellings of one. */
const BOUNDARIES: ReadonlySet<string | undefined> = new Set([
  'tool',
  'agent',
  'workflow',
  'retriever',
]);

/**
 * One span that is, or may yet turn out to be, about generative AI, in the tree of those above it.
 * A node knows its ancestors and only counts its descendants: a long-lived root holds none of them.
 */
export class SpanNode implements Place {
  readonly totals = new Totals();
  /** The spans above that may tell of the same call as this one. */
  readonly outers: readonly SpanNode[];
  /** Whether the span carries its scope: it is about generative AI, or the application's own. */
  stamped = false;
  /** Whether it was known to be about generative AI when it started. */
  startedAsGenAi = false;
  /** Whether it was known for a call of a model when it started. */
  startedAsCall = false;
  /** Whether the caller books this call itself. */
  claimed = false;
  ended = false;
  /** Whether totals stand on it. */
  isRoot = false;

  /** The one scope that its code opened around single calls and tools, or that there were more. */
  opened: Scope | 'several' | undefined;

  /** Calls of a model that have started beneath and not ended. */
  openCalls = 0;
  /** Of those, the ones that may be this same call. */
  openInner = 0;
  /** Whether this call has been priced on a span beneath. */
  pricedInner = false;
  /** Whether this call has been priced here, and under which response id. */
  pricedHere = false;
  pricedId: string | undefined;
  /** What this span told when it left its call to a span beneath that was still open. */
  deferred: InferenceFacts | undefined;
  /** What a span beneath told when it left this same call to this one. */
  fromInner: InferenceFacts | undefined;

  #role: Role | undefined;

  constructor(
    readonly span: SdkSpan,
    readonly parent: SpanNode | undefined,
    readonly scope: Scope | undefined,
    readonly claim: Claim | undefined,
    readonly prices: PriceBook | undefined,
  ) {
    this.outers = this.#findOuters();
  }

  get node(): SpanNode {
    return this;
  }

  /** Read anew until it is found: many instrumentations say what a span is only later. */
  get role(): Role {
    if (this.#role?.kind) return this.#role;
    return (this.#role = roleOf(this.span));
  }

  /** The nearest span above that carries its scope. */
  get stampedAbove(): SpanNode | undefined {
    let above = this.parent;
    while (above && !above.stamped) above = above.parent;
    return above;
  }

  /** Whether it is the first of its spans in a workflow or a conversation turn. */
  get opensScope(): boolean {
    return opensScope(this.scope, this.stampedAbove?.scope);
  }

  /** Calls `visit` with every span above, nearest first. */
  forEachAbove(visit: (node: SpanNode) => void): void {
    let node = this.parent;
    for (let depth = 0; node && depth < MAX_DEPTH; depth++, node = node.parent) visit(node);
  }

  #findOuters(): readonly SpanNode[] {
    const outers: SpanNode[] = [];
    let node = this.parent;
    while (node && outers.length < MAX_OUTERS && !node.ended && !BOUNDARIES.has(node.role.kind)) {
      outers.push(node);
      node = node.parent;
    }
    return outers;
  }
}
