import { randomUUID } from 'node:crypto';
import type { AttributeValue } from '@opentelemetry/api';
import { toPicodollars } from '../pricing/index.js';
import { RunBudget } from './run-budget.js';
import { currentScope, withScope } from './scope-context.js';
import type { AgentScope, ConversationScope, Scope, WorkflowScope } from './scope.js';

/** The conversation, and perhaps its user. */
export interface ConversationOptions extends ConversationScope {
  readonly userId?: string;
}

/**
 * Runs `fn` as a part of a conversation.
 *
 * @example
 * await withConversation({ id: 'conv_1', userId: 'ada', turn: 3 }, () => client.messages.create(…));
 */
export function withConversation<T>(
  { userId, ...conversation }: ConversationOptions,
  fn: () => T,
): T {
  return withScope({ conversation, ...user(userId) }, fn);
}

export interface WorkflowOptions extends Partial<WorkflowScope> {
  readonly userId?: string;
  /**
   * Most that the run may spend, USD; a string is exact.
   *
   * Exact where the service makes the calls: the worst case of each is held in the database
   * before it, over all processes, and a call that does not fit is not made. With a client of
   * one's own only what the spans of ended calls told is known, in this process: observed
   * functions of kind `llm` and `agent`, and `checkRunBudget()`, refuse once nothing is left. The
   * call that spends the last of it is made, and so are those under way beside it. Without the
   * span processor nothing is known, and nothing is refused.
   */
  readonly budgetUsd?: number | string;
}

/**
 * Runs `fn` as a part of a workflow; without an id it gets a new one.
 *
 * @throws {RangeError} when `budgetUsd` is no amount of dollars; `fn` is not run
 *
 * @example
 * await withWorkflow({ type: 'triage', budgetUsd: 0.5 }, () => triage(ticket));
 */
export function withWorkflow<T>(
  { userId, budgetUsd, ...workflow }: WorkflowOptions,
  fn: () => T,
): T {
  const run = { ...workflow, id: workflow.id ?? `workflow_${randomUUID()}` };
  return withScope({ workflow: run, ...budgetOf(run, budgetUsd), ...user(userId) }, fn);
}

function budgetOf(run: WorkflowScope, usd: WorkflowOptions['budgetUsd']): Pick<Scope, 'budget'> {
  if (usd === undefined) return {};
  return { budget: new RunBudget(run, toPicodollars(usd), currentScope().budget) };
}

/** Runs `fn` as an agent's work. */
export function withAgent<T>(agent: AgentScope, fn: () => T): T {
  return withScope({ agent }, fn);
}

/** Runs `fn` with free attributes; they cannot stand in for the typed ones. */
export function withAttributes<T>(
  attributes: Readonly<Record<string, AttributeValue>>,
  fn: () => T,
): T {
  return withScope({ attributes }, fn);
}

function user(userId: string | undefined): Scope {
  return userId === undefined ? {} : { userId };
}
