import { context, type Context } from '@opentelemetry/api';
import { scopeFrom, type BudgetExceededError } from '../scope/index.js';
import type { SpanShape } from './span-shape.js';

/** Kinds that spend, or begin to: the others may well have to save what the money has bought. */
const SPENDING: ReadonlySet<string> = new Set(['llm', 'agent']);

/** The error of an observed call that would spend what its run does not have. */
export function refusalOf({ kind }: SpanShape, outer: Context): BudgetExceededError | undefined {
  return SPENDING.has(kind) ? scopeFrom(outer)?.budget?.exceeded() : undefined;
}

/** An async function refuses as it fails: by a promise. */
export function refuse(fn: object, error: BudgetExceededError): Promise<never> {
  if (fn.constructor?.name === 'AsyncFunction') return Promise.reject(error);
  throw error;
}

/**
 * Ends a workflow run whose budget is spent. Call it before one's own calls of a model, where those
 * are not made by an observed function of kind `llm`.
 *
 * It knows the calls whose spans have ended in this process: calls under way and calls of other
 * processes are not counted yet, so that a run may pass its budget by what is under way at once.
 *
 * @throws {BudgetExceededError} when the run, or one around it, has nothing left
 *
 * @example
 * await withWorkflow({ type: 'triage', budgetUsd: 0.5 }, async () => {
 *   for (const ticket of tickets) {
 *     checkRunBudget();
 *     await client.messages.create(…);
 *   }
 * });
 */
export function checkRunBudget(): void {
  const error = scopeFrom(context.active())?.budget?.exceeded();
  if (error) throw error;
}
