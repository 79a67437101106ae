import { baseModel } from '../genai/pricing/index.js';
import type { Scope } from '../genai/scope/index.js';

/** What a budget can be for. */
export const BUDGET_SCOPES = [
  'global',
  'api_key',
  'user',
  'conversation',
  'workflow_type',
  'workflow',
  'model',
] as const;

export type BudgetScope = (typeof BUDGET_SCOPES)[number];

/** A scope that a call is in, and whose: a budget applies when both are its own. */
export interface CallScope {
  readonly scope: BudgetScope | 'run';
  readonly value: string;
}

/** Everything that a budget of the call could be for. */
export function callScopes(scope: Scope, model: string): CallScope[] {
  const all: ReadonlyArray<readonly [BudgetScope, string | undefined]> = [
    ['global', ''],
    ['api_key', scope.apiKeyId],
    ['user', scope.userId],
    ['conversation', conversationOf(scope)],
    ['workflow_type', scope.workflow?.type],
    ['workflow', scope.workflow?.id],
    ['model', modelName(model)],
  ];
  return [
    ...all.flatMap(([name, value]) =>
      value === undefined ? [] : [{ scope: name, value: storable(value) }],
    ),
    ...runBudgets(scope).map(({ id }): CallScope => ({ scope: 'run', value: id })),
  ];
}

/** A key's call may name any conversation as a label: only turns are of one that is known to be its own. */
function conversationOf({ apiKeyId, conversation }: Scope): string | undefined {
  return apiKeyId === undefined || conversation?.turn !== undefined ? conversation?.id : undefined;
}

/** A workflow run that carries its own budget. */
export interface BudgetedRun {
  readonly id: string;
  /** Picodollars. */
  readonly amount: string;
}

/** Those that a call is in, one within the other. */
export function runBudgets({ budget }: Scope): BudgetedRun[] {
  const runs = new Map<string, BudgetedRun>();
  for (let one = budget; one; one = one.outer) {
    const id = storable(one.workflow.id);
    // A run that is entered again keeps the limit of its innermost entry.
    if (!runs.has(id)) runs.set(id, { id, amount: one.limit.toString() });
  }
  return [...runs.values()];
}

/** A model by whatever dated id it is asked for: the date must be no way around its budget. */
export function modelName(model: string): string {
  return baseModel(model.trim().toLowerCase());
}

/** The library takes any text for an id; PostgreSQL does not. */
function storable(value: string): string {
  return value.toWellFormed().replaceAll('\0', '');
}
