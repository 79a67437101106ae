import type { EntityManager } from 'typeorm';
import { formatUsd, usdNumber, type CostStatus } from '../genai/pricing/index.js';

/** What a set of entries adds up to. */
export interface Totals {
  readonly calls: number;
  /** Sum of what is known, picodollars; null when nothing of it is known. */
  readonly cost: bigint | null;
  /** `partial` when some calls are unpriced or only partly priced: `cost` is then a lower bound. */
  readonly costStatus: CostStatus;
  readonly unpricedCalls: number;
  readonly partialCalls: number;
  /** Calls, partial as well, whose tokens are estimated. */
  readonly estimatedCalls: number;
  readonly failedCalls: number;
  /** All input, cached or not. */
  readonly inputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  /** All output, reasoning included. */
  readonly outputTokens: number;
}

/** What `totalsOf` reads; `sum` of bigint is numeric, which comes as a string. */
export interface TotalsRow {
  readonly calls: string;
  readonly cost: string | null;
  readonly unpriced_calls: string;
  readonly partial_calls: string;
  readonly free_calls: string;
  readonly estimated_calls: string;
  readonly failed_calls: string;
  readonly input_tokens: string;
  readonly cache_read_tokens: string;
  readonly cache_write_tokens: string;
  readonly output_tokens: string;
}

/** The aggregates that make a `TotalsRow`, for any SELECT over `ledger_current`. */
export const TOTALS_COLUMNS = `
  count(*) AS calls,
  sum(cost_total) AS cost,
  count(*) FILTER (WHERE cost_status = 'unpriced') AS unpriced_calls,
  count(*) FILTER (WHERE cost_status = 'partial') AS partial_calls,
  count(*) FILTER (WHERE cost_status = 'free') AS free_calls,
  count(*) FILTER (WHERE (usage_details ->> 'estimated')::boolean) AS estimated_calls,
  count(*) FILTER (WHERE status <> 'ok') AS failed_calls,
  coalesce(sum(input_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens), 0)
    AS input_tokens,
  coalesce(sum(cache_read_tokens), 0) AS cache_read_tokens,
  coalesce(sum(cache_write_5m_tokens + cache_write_1h_tokens), 0) AS cache_write_tokens,
  coalesce(sum(output_tokens + reasoning_tokens), 0) AS output_tokens`;

export function toTotals(row: TotalsRow): Totals {
  const calls = Number(row.calls);
  const unpriced = Number(row.unpriced_calls);
  const partial = Number(row.partial_calls);
  return {
    calls,
    // No call at all costs nothing, and that is known; of unpriced ones nothing is.
    cost: calls === 0 ? 0n : calls === unpriced ? null : BigInt(row.cost ?? 0),
    costStatus: statusOf(calls, unpriced, partial, Number(row.free_calls)),
    unpricedCalls: unpriced,
    partialCalls: partial,
    estimatedCalls: Number(row.estimated_calls),
    failedCalls: Number(row.failed_calls),
    inputTokens: Number(row.input_tokens),
    cacheReadTokens: Number(row.cache_read_tokens),
    cacheWriteTokens: Number(row.cache_write_tokens),
    outputTokens: Number(row.output_tokens),
  };
}

function statusOf(calls: number, unpriced: number, partial: number, free: number): CostStatus {
  if (unpriced + partial > 0) return unpriced === calls ? 'unpriced' : 'partial';
  return calls > 0 && free === calls ? 'free' : 'priced';
}

/**
 * Which entries are a conversation's, in SQL: its turns, whoever made them, and calls of its owner
 * that name it. Another key's call may carry the same id as a label, and is none of it.
 */
export function ofConversation(id: string, owner: string): string {
  return `conversation_id = ${id} AND (turn_number IS NOT NULL OR api_key_id IS NOT DISTINCT FROM ${owner})`;
}

/** Which entries to add up: all that belong to one conversation or to one workflow run. */
export type TotalsOf = { readonly conversationId: string } | { readonly workflowId: string };

/** Adds up the ledger, inside or outside of a transaction. */
export async function readTotals(manager: EntityManager, of: TotalsOf): Promise<Totals> {
  const [condition, id] =
    'conversationId' in of
      ? [
          ofConversation('$1', '(SELECT api_key_id FROM conversation WHERE id = $1)'),
          of.conversationId,
        ]
      : ['workflow_id = $1', of.workflowId];
  const [row]: TotalsRow[] = await manager.query(
    `SELECT ${TOTALS_COLUMNS} FROM ledger_current WHERE ${condition}`,
    [id],
  );
  if (!row) throw new Error('An aggregate without GROUP BY always has a row');
  return toTotals(row);
}

/** An amount as answers carry it: the exact decimal, and the nearest JSON number beside it. */
export function moneyPair(cost: bigint | null): { usd: string | null; number: number | null } {
  return cost === null
    ? { usd: null, number: null }
    : { usd: formatUsd(cost), number: usdNumber(cost) };
}
