import type { Scope } from '../genai/scope/index.js';

/** Where in a request a value stands, e.g. `body.conversation_id` or `headers.x-user-id`. */
export type RequestPath = `${'body' | 'params' | 'query' | 'headers'}.${string}`;

/** Which parts of the scope are read from a request, and where. What is not named is not read. */
export interface ScopeSources {
  readonly conversationId?: RequestPath;
  readonly workflowId?: RequestPath;
  readonly workflowType?: RequestPath;
  readonly agentName?: RequestPath;
  readonly userId?: RequestPath;
}

/** Anyone may send anything: longer values are not taken, rather than cut to another's id. */
const MAX_LENGTH = 256;

/** The scope that a request tells; parts that are absent, not text or numbers, or too long are left out. */
export function scopeOfRequest(sources: ScopeSources, request: unknown): Scope {
  const read = (path: RequestPath | undefined) =>
    path === undefined ? undefined : valueAt(path, request);
  const conversationId = read(sources.conversationId);
  const workflowId = read(sources.workflowId);
  const type = read(sources.workflowType);
  const agentName = read(sources.agentName);
  const userId = read(sources.userId);
  return {
    ...(conversationId !== undefined && { conversation: { id: conversationId } }),
    ...(workflowId !== undefined && { workflow: { id: workflowId, type } }),
    ...(agentName !== undefined && { agent: { name: agentName } }),
    ...(userId !== undefined && { userId }),
  };
}

function valueAt(path: RequestPath, request: unknown): string | undefined {
  const dot = path.indexOf('.');
  const key = path.slice(dot + 1);
  const part = fieldOf(request, path.slice(0, dot));
  const value = fieldOf(part, path.startsWith('headers.') ? key.toLowerCase() : key);
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && text !== '' && text.length <= MAX_LENGTH ? text : undefined;
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Record<string, unknown>)[key]
    : undefined;
}
