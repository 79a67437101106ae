import type { AttributeValue } from '@opentelemetry/api';
import type { RunBudget } from './run-budget.js';
import type { WorkflowScope } from './workflow-scope.js';

export type { WorkflowScope };

/** Whom and what the running code works for. All of it is optional. */
export interface Scope {
  readonly conversation?: ConversationScope;
  readonly workflow?: WorkflowScope;
  readonly agent?: AgentScope;
  readonly userId?: string;
  /** Of the innermost workflow run that has one; inner scopes keep it. */
  readonly budget?: RunBudget;
  /** Of the service's API key, by its public id, never the key itself. */
  readonly apiKeyId?: string;
  readonly tags?: readonly string[];
  /** Free attributes; on spans they are `custom.<key>`. */
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
}

export interface ConversationScope {
  readonly id: string;
  /** Number of the turn, from 1, where the conversation's store knows it. */
  readonly turn?: number;
}

export interface AgentScope {
  readonly name: string;
  readonly id?: string;
  readonly description?: string;
  readonly version?: string;
}

export const NO_SCOPE: Scope = Object.freeze({});

/**
 * The inner scope over the outer one. A conversation, workflow or agent is replaced as a whole:
 * an inner conversation must not inherit the outer one's turn. Free attributes are merged, tags
 * are added.
 */
export function mergeScopes(outer: Scope, inner: Scope): Scope {
  return Object.freeze({
    ...outer,
    ...inner,
    ...(outer.tags && inner.tags && { tags: [...new Set([...outer.tags, ...inner.tags])] }),
    ...(outer.attributes &&
      inner.attributes && { attributes: { ...outer.attributes, ...inner.attributes } }),
  });
}
