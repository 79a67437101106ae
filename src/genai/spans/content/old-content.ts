import type { Attributes } from '@opentelemetry/api';
import { GenAi, OldContent } from '../../conventions/index.js';
import type { SdkSpan } from '../sdk-types.js';
import { isRecord } from './message.js';

/** Indexed attributes are many; a span holds 128 in all. */
const MAX_INDEXED = 8;

/** Repeats the messages on a span in the shape of the Python SDK: a JSON array, and indexed. */
export function writeOldContent(span: SdkSpan): void {
  writeOld(span, GenAi.inputMessages, OldContent.prompt);
  writeOld(span, GenAi.outputMessages, OldContent.completion);
}

function writeOld(span: SdkSpan, key: string, oldKey: string): void {
  if (span.attributes[oldKey] !== undefined) return;
  const messages = messagesOf(span.attributes, key)?.map(oldMessage);
  if (!messages) return;
  span.setAttribute(oldKey, JSON.stringify(messages));
  for (const [index, message] of messages.slice(0, MAX_INDEXED).entries()) {
    for (const [field, value] of Object.entries(message)) {
      if (value === undefined) continue;
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      span.setAttribute(`${oldKey}.${index}.${field}`, text);
    }
  }
}

function messagesOf(attributes: Attributes, key: string): readonly unknown[] | undefined {
  const value: unknown = attributes[key];
  if (typeof value !== 'string') return Array.isArray(value) ? value : undefined;
  try {
    const parsed: unknown = JSON.parse(value);
    return Array.isArray(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function oldMessage(message: unknown): Record<string, unknown> {
  if (!isRecord(message)) return {};
  const parts = Array.isArray(message['parts']) ? message['parts'].filter(isRecord) : [];
  const texts = parts.filter(({ type }) => type === 'text').map(({ content }) => content);
  const calls = parts
    .filter(({ type }) => type === 'tool_call')
    .map(({ id, name, arguments: args }) => ({ id, name, arguments: args }));
  return {
    role: message['role'],
    content: texts.length > 0 ? texts.join(' ') : undefined,
    tool_calls: calls.length > 0 ? calls : undefined,
    finish_reason: message['finish_reason'],
  };
}
