import type { Scope } from '../genai/scope/index.js';
import type { EntryScope } from './entry-draft.js';

/** A scope as the ledger's columns have it. */
export function entryScope(scope: Scope, workflowStep?: string): EntryScope {
  return {
    apiKeyId: scope.apiKeyId,
    userId: scope.userId,
    conversationId: scope.conversation?.id,
    turnNumber: scope.conversation?.turn,
    workflowId: scope.workflow?.id,
    workflowType: scope.workflow?.type,
    workflowStep,
    agentName: scope.agent?.name,
    tags: scope.tags,
    metadata: scope.attributes && plain(scope.attributes),
  };
}

/** Attribute values may be arrays; the ledger keeps single values. */
function plain(attributes: NonNullable<Scope['attributes']>): NonNullable<EntryScope['metadata']> {
  const metadata: Record<string, string | number | boolean> = {};
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined) continue;
    metadata[key] = isSingle(value) ? value : JSON.stringify(value);
  }
  return metadata;
}

function isSingle(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}
