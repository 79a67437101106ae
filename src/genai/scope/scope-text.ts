import type { AttributeValue } from '@opentelemetry/api';
import { NO_SCOPE, type Scope } from './scope.js';

/** Bytes of a scope on its way, all of them ASCII. Proxies take headers of twice that at least. */
const MAX_BYTES = 4096;
const MAX_ATTRIBUTES = 32;
const MAX_TAGS = 32;
const MAX_TEXT = 256;

/**
 * A scope as a header value: JSON, percent-encoded. What does not fit is left out, free attributes
 * first, then tags and the agent's description; an id is never cut to another one.
 *
 * @returns undefined of an empty scope, and of one that does not fit however little is said
 */
export function scopeToText(scope: Scope): string | undefined {
  const { conversation, workflow, agent, userId, tags, attributes } = scope;
  const bare = agent && { ...agent, description: undefined };
  const ids = { conversation, workflow, agent: bare, userId };
  for (const shorter of [{ ...ids, agent, tags, attributes }, { ...ids, agent, tags }, ids]) {
    const json = JSON.stringify(shorter);
    if (json === '{}') return undefined;
    const text = encodeURIComponent(json);
    if (text.length <= MAX_BYTES) return text;
  }
  return undefined;
}

/** The scope in a header value. Whatever is not as {@link scopeToText} makes it is left out. */
export function scopeFromText(text: string): Scope {
  if (text.length > MAX_BYTES) return NO_SCOPE;
  try {
    return scopeOf(fieldsOf(JSON.parse(decodeURIComponent(text))));
  } catch {
    return NO_SCOPE;
  }
}

type Fields = Readonly<Record<string, unknown>>;

function scopeOf(told: Fields): Scope {
  const conversation = fieldsOf(told['conversation']);
  const workflow = fieldsOf(told['workflow']);
  const agent = fieldsOf(told['agent']);
  const id = textOf(conversation['id']);
  const workflowId = textOf(workflow['id']);
  const name = textOf(agent['name']);
  const tags = listOf(told['tags']).map(textOf).filter(isKnown).slice(0, MAX_TAGS);
  const attributes = attributesOf(fieldsOf(told['attributes']));
  return known({
    conversation: id && known({ id, turn: turnOf(conversation['turn']) }),
    workflow: workflowId && known({ id: workflowId, type: textOf(workflow['type']) }),
    agent:
      name &&
      known({
        name,
        id: textOf(agent['id']),
        description: textOf(agent['description']),
        version: textOf(agent['version']),
      }),
    userId: textOf(told['userId']),
    tags: tags.length > 0 ? tags : undefined,
    attributes,
  }) as Scope;
}

function attributesOf(told: Fields): Scope['attributes'] {
  const entries = Object.entries(told)
    .filter((entry): entry is [string, AttributeValue] => {
      const [key, value] = entry;
      return key.length <= MAX_TEXT && isAttribute(value);
    })
    .slice(0, MAX_ATTRIBUTES);
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

function isAttribute(value: unknown): boolean {
  if (Array.isArray(value)) {
    const [first] = value as unknown[];
    return (
      value.length <= MAX_TAGS &&
      value.every((item) => typeof item === typeof first && isPrimitive(item))
    );
  }
  return isPrimitive(value);
}

function isPrimitive(value: unknown): boolean {
  return (
    typeof value === 'boolean' ||
    typeof value === 'number' ||
    (typeof value === 'string' && value.length <= MAX_BYTES)
  );
}

function turnOf(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && Number(value) > 0 ? Number(value) : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= MAX_TEXT ? value : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function isKnown<T>(value: T | undefined): value is T {
  return value !== undefined;
}

/** The object without what is not known: a scope's absent parts must not hide outer ones. */
function known<T extends object>(fields: T): T {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined && value !== '');
  return Object.fromEntries(entries) as T;
}
