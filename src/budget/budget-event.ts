import { randomUUID } from 'node:crypto';
import { formatUsd } from '../genai/pricing/index.js';
import type { ThresholdPassed } from '../ledger/index.js';
import type { Refusal } from './hold-outcome.js';

/** What logs and webhook are told. Money is exact decimal USD. */
export interface BudgetEvent {
  readonly id: string;
  readonly type: 'budget.threshold' | 'budget.refused';
  /** ISO 8601. */
  readonly at: string;
  readonly budget: string;
  readonly scope: string;
  /** Whose calls; null for global. */
  readonly scope_id: string | null;
  /** Per cent of the limit; of `budget.threshold`. */
  readonly threshold?: number;
  /** Of `budget.refused`: the price of the model is unknown. */
  readonly unpriced?: boolean;
  readonly limit_usd: string;
  readonly spent_usd: string;
  readonly held_usd: string;
}

export function thresholdEvent(passed: ThresholdPassed): BudgetEvent {
  return { ...common(passed), type: 'budget.threshold', threshold: passed.threshold };
}

export function refusalEvent(refusal: Refusal): BudgetEvent {
  return { ...common(refusal), type: 'budget.refused', unpriced: refusal.unpriced };
}

function common({ budget, scope, subject, limit, spent, held }: ThresholdPassed | Refusal) {
  return {
    id: randomUUID(),
    at: new Date().toISOString(),
    budget,
    scope,
    scope_id: subject === '' ? null : subject,
    limit_usd: formatUsd(BigInt(limit)),
    spent_usd: formatUsd(BigInt(spent)),
    held_usd: formatUsd(BigInt(held)),
  };
}
