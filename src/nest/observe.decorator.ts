import {
  observe,
  observeAgent,
  observeConversation,
  observeWorkflow,
  type AnyFunction,
  type ObserveAgentOptions,
  type ObserveConversationOptions,
  type ObserveOptionsOf,
  type ObserveWorkflowOptions,
} from '../genai/observe/index.js';

/**
 * A span around each call of the method; see `observe`. It works above or below Nest's own
 * decorators, on controllers, providers and guards. Options may be a function of the arguments.
 *
 * @example
 * class Search {
 *   \@Observe({ kind: 'tool', name: 'search' })
 *   find(query: string): Promise<Row[]> { … }
 * }
 */
export function Observe<F extends AnyFunction>(options: ObserveOptionsOf<F> = {}) {
  return wrapping<F>((method) => observe(options, method));
}

/**
 * Each call of the method is a turn of a conversation: its scope and its span, with the totals.
 *
 * @example
 * \@Conversation((ask: Ask) => ({ id: ask.conversationId, userId: ask.userId }))
 */
export function Conversation<F extends AnyFunction>(
  options: ObserveOptionsOf<F, ObserveConversationOptions>,
) {
  return wrapping<F>((method) => observeConversation(options, method));
}

/**
 * Each call of the method is a run of a workflow: its scope and its span, with the totals. Without
 * an id a run gets a new one. With `budgetUsd` a run that has spent it is stopped by a
 * `BudgetExceededError`; what of that is exact, see `withWorkflow`.
 *
 * @example
 * \@Workflow({ type: 'triage', budgetUsd: 0.5 })
 */
export function Workflow<F extends AnyFunction>(
  options: ObserveOptionsOf<F, ObserveWorkflowOptions> = {},
) {
  return wrapping<F>((method) => observeWorkflow(options, method));
}

/**
 * Each call of the method is an agent's work: its scope and its span.
 *
 * @example
 * \@Agent({ name: 'researcher', version: '2' })
 */
export function Agent<F extends AnyFunction>(options: ObserveOptionsOf<F, ObserveAgentOptions>) {
  return wrapping<F>((method) => observeAgent(options, method));
}

function wrapping<F extends AnyFunction>(wrap: (method: F) => F) {
  return (_target: object, _key: string | symbol, descriptor: TypedPropertyDescriptor<F>): void => {
    // A getter has no value: it is not work, and is left alone.
    if (descriptor.value) descriptor.value = wrap(descriptor.value);
  };
}
