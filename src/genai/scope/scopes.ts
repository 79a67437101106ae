import { randomUUID } from 'node:crypto';
import type { AttributeValue } from '@opentelemetry/api';
import { withScope } from './scope-context.js';
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
}

/** Runs `fn` as a part of a workflow; without an id it gets a new one. */
export function withWorkflow<T>({ userId, ...workflow }: WorkflowOptions, fn: () => T): T {
  const id = workflow.id ?? `workflow_${randomUUID()}`;
  return withScope({ workflow: { ...workflow, id }, ...user(userId) }, fn);
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
