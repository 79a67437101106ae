import { formatUsd, type Picodollars } from '../pricing/index.js';
import type { WorkflowScope } from './workflow-scope.js';

export interface BudgetExceededOptions {
  readonly workflow: WorkflowScope;
  readonly limit: Picodollars;
  readonly spent: Picodollars;
  /** Calls of the run whose price nobody knows. */
  readonly unpricedCalls: number;
}

/** A workflow run has spent its budget: thrown instead of beginning another call of a model. */
export class BudgetExceededError extends Error {
  override readonly name = 'BudgetExceededError';
  readonly workflowId: string;
  readonly workflowType?: string;
  /** Exact decimal USD. */
  readonly limitUsd: string;
  /** Exact decimal USD; calls of unknown price are not in it. */
  readonly spentUsd: string;
  readonly unpricedCalls: number;

  constructor({ workflow, limit, spent, unpricedCalls }: BudgetExceededOptions) {
    const name = workflow.type ? `${workflow.type} ${workflow.id}` : workflow.id;
    const unknown = unpricedCalls > 0 ? `, and ${unpricedCalls} calls of unknown price` : '';
    super(
      `The budget of the workflow run ${name} is spent: ${formatUsd(spent)}${unknown} of ${formatUsd(limit)} USD`,
    );
    this.workflowId = workflow.id;
    this.workflowType = workflow.type;
    this.limitUsd = formatUsd(limit);
    this.spentUsd = formatUsd(spent);
    this.unpricedCalls = unpricedCalls;
  }
}
