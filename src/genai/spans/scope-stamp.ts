import type { Attributes, AttributeValue } from '@opentelemetry/api';
import { customAttribute, GenAi, INSTRUMENTATION_SCOPE, Otel, Own } from '../conventions/index.js';
import type { Scope } from '../scope/index.js';
import type { SdkSpan } from './sdk-types.js';

/**
 * Which spans carry the scope's ids besides those about generative AI: names of instrumentation
 * scopes, a trailing `*` standing for any ending, or a test of one's own.
 */
export type ScopeSpans = readonly string[] | ((span: SdkSpan) => boolean);

/**
 * Spans of the application by default: Spanledger's and those of nestjs-otel's `@Span`. Not every
 * HTTP or database span: a user's id has no business on them.
 */
export const DEFAULT_SCOPE_SPANS: readonly string[] = [INSTRUMENTATION_SCOPE, 'nestjs-otel'];

/** The test that `spans` describes; a list adds to the default one. */
export function scopeSpanTest(spans: ScopeSpans = []): (span: SdkSpan) => boolean {
  if (typeof spans === 'function') return spans;
  const all = [...DEFAULT_SCOPE_SPANS, ...spans];
  const names = new Set(all.filter((name) => !name.endsWith('*')));
  const prefixes = all.filter((name) => name.endsWith('*')).map((name) => name.slice(0, -1));
  return ({ instrumentationScope: { name } }) =>
    names.has(name) || prefixes.some((prefix) => name.startsWith(prefix));
}

/** Writes a scope on a span; what the span says itself stays. */
export function stampScope(span: SdkSpan, scope: Scope): void {
  for (const [key, value] of attributesOf(scope)) {
    if (span.attributes[key] === undefined) span.setAttribute(key, value);
  }
}

/** A scope is the same object for all spans in it, so its attributes are listed once. */
function attributesOf(scope: Scope): ReadonlyArray<readonly [string, AttributeValue]> {
  let entries = listed.get(scope);
  if (!entries) {
    entries = Object.entries(list(scope)).filter(
      (entry): entry is [string, AttributeValue] => entry[1] !== undefined,
    );
    listed.set(scope, entries);
  }
  return entries;
}

const listed = new WeakMap<Scope, ReadonlyArray<readonly [string, AttributeValue]>>();

function list({ conversation, workflow, agent, userId, tags, attributes }: Scope): Attributes {
  return {
    [GenAi.conversationId]: conversation?.id,
    [Own.conversationTurn]: conversation?.turn,
    [Own.workflowId]: workflow?.id,
    [Own.workflowType]: workflow?.type,
    [GenAi.agentId]: agent?.id,
    [GenAi.agentName]: agent?.name,
    [GenAi.agentDescription]: agent?.description,
    [GenAi.agentVersion]: agent?.version,
    [Otel.userId]: userId,
    [Own.tags]: tags && [...tags],
    ...Object.fromEntries(
      Object.entries(attributes ?? {}).map(([key, value]) => [customAttribute(key), value]),
    ),
  };
}

/** Whether `inner` begins a workflow or a conversation turn that `outer` is not in. */
export function opensScope(inner: Scope | undefined, outer: Scope | undefined): boolean {
  if (!inner || inner === outer) return false;
  const { workflow, conversation } = inner;
  const newWorkflow = workflow !== undefined && workflow.id !== outer?.workflow?.id;
  const newTurn =
    conversation !== undefined &&
    (conversation.id !== outer?.conversation?.id ||
      conversation.turn !== outer?.conversation?.turn);
  return newWorkflow || newTurn;
}
