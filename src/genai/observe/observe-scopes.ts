import { randomUUID } from 'node:crypto';
import { diag } from '@opentelemetry/api';
import { toPicodollars } from '../pricing/index.js';
import {
  RunBudget,
  currentScope,
  type AgentScope,
  type ConversationScope,
  type Scope,
  type WorkflowScope,
} from '../scope/index.js';
import { observe } from './observe.js';
import type { AnyFunction, ObserveOptions, ObserveOptionsOf } from './observe-options.js';

/** Options of `observe` that a scope does not settle by itself. */
type Rest = Omit<ObserveOptions, 'kind' | 'scope'>;

export interface ObserveConversationOptions extends Partial<ConversationScope>, Rest {
  readonly userId?: string;
}

export interface ObserveWorkflowOptions extends Partial<WorkflowScope>, Rest {
  readonly userId?: string;
  /** Most that a run may spend, USD; what is enforced, and when, see `withWorkflow`. */
  readonly budgetUsd?: number | string;
}

export interface ObserveAgentOptions extends AgentScope, Omit<Rest, 'name'> {}

/**
 * A function each call of which is a turn of a conversation: the scope and its span in one, which
 * carries the turn's totals at its end. A call without an id is in no conversation.
 *
 * @example
 * const answer = observeConversation((ask: Ask) => ({ id: ask.conversationId }), async (ask: Ask) => …);
 */
export function observeConversation<F extends AnyFunction>(
  options: ObserveOptionsOf<F, ObserveConversationOptions>,
  fn: F,
): F {
  return observe(
    mapped(options, ({ id, turn, userId, ...rest }) => ({
      ...rest,
      scope: scopeOf(id === undefined ? {} : { conversation: { id, turn } }, userId),
    })),
    fn,
  );
}

/**
 * A function each call of which is a run of a workflow: the scope and its `invoke_workflow {type}`
 * span in one, which carries the run's totals at its end. Without an id a run gets a new one.
 *
 * @throws {RangeError} when `budgetUsd` is no amount of dollars
 */
export function observeWorkflow<F extends AnyFunction>(
  options: ObserveOptionsOf<F, ObserveWorkflowOptions>,
  fn: F,
): F {
  const map = ({ id, type, userId, budgetUsd, ...rest }: ObserveWorkflowOptions) => {
    const workflow = { id: id ?? `workflow_${randomUUID()}`, type };
    const budget = budgetUsd === undefined ? {} : { budget: runBudget(workflow, budgetUsd) };
    const scope = scopeOf({ workflow, ...budget }, userId);
    return { name: type, ...rest, kind: 'workflow', scope } satisfies ObserveOptions;
  };
  if (!isFunction(options) && options.budgetUsd !== undefined) toPicodollars(options.budgetUsd);
  // Worked out at each call: every run is one of its own.
  const perCall = typeof options === 'function' ? options : () => options;
  return observe(mapped(perCall, map), fn);
}

/** A function that is an agent's work: the scope and its `invoke_agent {name}` span in one. */
export function observeAgent<F extends AnyFunction>(
  options: ObserveOptionsOf<F, ObserveAgentOptions>,
  fn: F,
): F {
  return observe(
    mapped(options, ({ name, id, description, version, ...rest }) => ({
      ...rest,
      name,
      kind: 'agent',
      scope: { agent: { name, id, description, version } },
    })),
    fn,
  );
}

/** Options of a call must not make it throw: a limit that cannot be read lets nothing be spent. */
function runBudget(workflow: WorkflowScope, usd: number | string): RunBudget {
  const { budget: outer } = currentScope();
  try {
    return new RunBudget(workflow, toPicodollars(usd), outer);
  } catch (error) {
    diag.error('Spanledger cannot read the budget of a workflow run, and takes it for 0', error);
    return new RunBudget(workflow, 0n, outer);
  }
}

function mapped<F extends AnyFunction, Options>(
  options: ObserveOptionsOf<F, Options>,
  map: (options: Options) => ObserveOptions,
): ObserveOptionsOf<F> {
  return isFunction(options) ? (...args: Parameters<F>) => map(options(...args)) : map(options);
}

function isFunction<F extends AnyFunction, Options>(
  options: ObserveOptionsOf<F, Options>,
): options is (...args: Parameters<F>) => Options {
  return typeof options === 'function';
}

function scopeOf(scope: Scope, userId: string | undefined): Scope {
  return userId === undefined ? scope : { ...scope, userId };
}
