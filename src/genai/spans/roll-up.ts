import { Own, type CostStatusValue } from '../conventions/index.js';
import { usdNumber, type Cost } from '../pricing/index.js';
import { opensScope, stampScope } from './scope-stamp.js';
import type { SpanNode } from './span-node.js';
import { write } from './span-writer.js';
import type { SdkSpan } from './sdk-types.js';

/**
 * Adds one call to the totals of every span above it. A root that has ended already is amended in
 * place: the total is true for every exporter that has not sent the span yet (a batch waits for
 * seconds), and in any case in the ledger, which books the call on its own.
 */
export function addCall(node: SpanNode, { status, total }: Cost): void {
  const uncertain = status === 'unpriced' || status === 'partial' ? 1 : 0;
  node.forEachAbove((above) => {
    above.totals.llmCalls += 1;
    above.totals.uncertain += uncertain;
    if (total) above.totals.cost += total;
    if (above.ended && above.isRoot) writeTotals(above);
  });
}

/** Counts one tool call, once: a tool span right inside one of the same tool is the same call. */
export function addToolCall(node: SpanNode, name: string | undefined): void {
  const { parent } = node;
  if (name !== undefined && parent?.role.kind === 'tool' && toolName(parent.span) === name) return;
  node.forEachAbove((above) => {
    above.totals.toolCalls += 1;
    if (above.ended && above.isRoot) writeTotals(above);
  });
}

export function toolName({ attributes }: SdkSpan): string | undefined {
  const name =
    attributes['gen_ai.tool.name'] ?? attributes['tool.name'] ?? attributes['ai.toolCall.name'];
  return typeof name === 'string' ? name : undefined;
}

/** Kinds of span that can stand for a whole workflow or turn; `undefined`: the application's own. */
const ROOT_KINDS: ReadonlySet<string | undefined> = new Set([
  undefined,
  'workflow',
  'agent',
  'chain',
]);

/**
 * Notes that a call or a tool is the first span of its workflow or turn: then the function around
 * it, which opened that scope, is the root. It does not carry the scope yet, as it began before.
 */
export function noteScopeOpenedAbove({ scope, opensScope: opens, stampedAbove }: SpanNode): void {
  if (!opens || !stampedAbove || !ROOT_KINDS.has(stampedAbove.role.kind)) return;
  const { opened } = stampedAbove;
  const another = opened !== undefined && (opened === 'several' || opensScope(scope, opened));
  stampedAbove.opened = another ? 'several' : scope;
}

/**
 * Puts the totals on the root of a workflow or of a conversation turn at its end. Every workflow
 * span is a root, nested ones too, and counts what nested ones count.
 */
export function writeTotalsOfRoot(node: SpanNode): void {
  const { role, opened, span } = node;
  if (!ROOT_KINDS.has(role.kind)) return;
  const opener = opened !== undefined && opened !== 'several';
  if (opener) stampScope(span, opened);
  node.isRoot = role.kind === 'workflow' || opener || node.opensScope;
  if (node.isRoot) writeTotals(node);
}

function writeTotals({ span, totals, openCalls }: SpanNode): void {
  write(span, Own.workflowTotalCostUsd, usdNumber(totals.cost));
  write(span, Own.workflowLlmCalls, totals.llmCalls);
  write(span, Own.workflowToolCalls, totals.toolCalls);
  if (totals.llmCalls + openCalls > 0) write(span, Own.costStatus, statusOf(totals, openCalls));
}

/** `partial` while calls beneath still run: what they cost is not in the total. */
function statusOf({ cost, uncertain }: SpanNode['totals'], openCalls: number): CostStatusValue {
  if (uncertain > 0 || openCalls > 0) return 'partial';
  return cost > 0n ? 'priced' : 'free';
}
