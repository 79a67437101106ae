import { formatUsd } from '../genai/pricing/index.js';
import { BudgetExceededError, type Scope } from '../genai/scope/index.js';
import { Problem } from '../http/index.js';
import type { Refusal } from './hold-outcome.js';

/**
 * 402, with the budget, its figures in exact dollars, and when there is room again. What others have
 * spent is not told to a key: only budgets of its own, or of the run, are spent by nobody else. `Retry-After`
 * is left out: until then others may spend, and clients that come back by themselves only knock.
 */
export function refusalProblem(refusal: Refusal, asked: bigint | null, scope: Scope): Problem {
  const limit = BigInt(refusal.limit);
  const spent = BigInt(refusal.spent);
  const held = BigInt(refusal.held);
  const left = limit - spent - held;
  const resetsAt = refusal.resets_at && new Date(refusal.resets_at).toISOString();
  return new Problem({
    status: 402,
    kind: refusal.unpriced ? 'budget-unpriced-model' : 'budget-exceeded',
    detail: refusal.unpriced
      ? `The price of this model is unknown, and the budget ${refusal.budget} does not take such calls. No model was called.`
      : `The budget ${refusal.budget} has no room for this call. No model was called.`,
    extensions: {
      budget: refusal.budget,
      scope: refusal.scope,
      scope_id: refusal.subject || null,
      limit_usd: formatUsd(limit),
      ...(isOwn(refusal, scope) && {
        spent_usd: formatUsd(spent),
        held_usd: formatUsd(held),
        left_usd: formatUsd(left > 0n ? left : 0n),
      }),
      needed_usd: asked === null ? null : formatUsd(asked),
      resets_at: resetsAt,
    },
    cause: refusal.scope === 'run' ? runError(refusal, scope) : undefined,
  });
}

function isOwn(refusal: Refusal, { apiKeyId }: Scope): boolean {
  return apiKeyId === undefined || refusal.scope === 'api_key' || refusal.scope === 'run';
}

/** What the library throws for a run's own budget. */
function runError({ subject, limit, spent, unpriced }: Refusal, { workflow }: Scope) {
  return new BudgetExceededError({
    workflow: workflow?.id === subject ? workflow : { id: subject },
    limit: BigInt(limit),
    spent: BigInt(spent),
    unpricedCalls: unpriced ? 1 : 0,
  });
}
