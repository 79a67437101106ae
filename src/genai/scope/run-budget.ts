import type { Cost, Picodollars } from '../pricing/index.js';
import { BudgetExceededError } from './budget-exceeded.error.js';
import type { WorkflowScope } from './workflow-scope.js';

/**
 * What a workflow run may spend, carried by its scope, and what it has spent so far in this
 * process, as its spans told. A run within a run spends the money of both.
 */
export class RunBudget {
  readonly workflow: WorkflowScope;
  readonly limit: Picodollars;
  /** Of the run around this one. */
  readonly outer: RunBudget | undefined;
  #spent: Picodollars = 0n;
  #unpricedCalls = 0;

  constructor(workflow: WorkflowScope, limit: Picodollars, outer?: RunBudget) {
    this.workflow = workflow;
    this.limit = limit;
    this.outer = outer;
  }

  /** A call of the run has ended. */
  add(cost: Cost): void {
    this.#spent += cost.total ?? 0n;
    if (cost.status === 'unpriced') this.#unpricedCalls += 1;
    this.outer?.add(cost);
  }

  /**
   * The error of a run, this one or one around it, that has nothing left. A call of unknown price
   * may have cost anything, so nothing is left after it either.
   */
  exceeded(): BudgetExceededError | undefined {
    const { workflow, limit } = this;
    if (this.#spent < limit && this.#unpricedCalls === 0) return this.outer?.exceeded();
    const spent = this.#spent;
    return new BudgetExceededError({ workflow, limit, spent, unpricedCalls: this.#unpricedCalls });
  }
}
