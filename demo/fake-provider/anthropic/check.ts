import type { IncomingHttpHeaders } from 'node:http';
import type { Refusal } from './errors.ts';
import type { MessagesRequest } from './wire.ts';

/** What the real API refuses before it looks at the content. */
export function checkHeaders(headers: IncomingHttpHeaders): Refusal | undefined {
  if (!/^Bearer \S+/.test(headers.authorization ?? '')) {
    return { status: 401, message: 'invalid bearer token' };
  }
  if (!headers['anthropic-version']) return invalid('anthropic-version: header is required');
  return undefined;
}

/** Checks the body and says what is wrong, field first, as the real API does. */
export function checkBody(body: unknown, countOnly: boolean): Refusal | undefined {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return invalid('The request body is not valid JSON');
  }
  const { model, max_tokens, messages } = body as Partial<MessagesRequest>;
  if (typeof model !== 'string' || model === '') return invalid('model: Field required');
  if (!Array.isArray(messages)) return invalid('messages: Field required');
  if (messages.length === 0) return invalid('messages: at least one message is required');
  if (!countOnly && !(Number.isInteger(max_tokens) && Number(max_tokens) >= 1)) {
    return invalid('max_tokens: must be greater than or equal to 1');
  }
  if ('temperature' in body) return invalid('temperature: Extra inputs are not permitted');
  for (const [index, message] of messages.entries()) {
    if (message?.role !== 'user' && message?.role !== 'assistant') {
      return invalid(`messages.${index}.role: Input should be 'user' or 'assistant'`);
    }
    if (message.content === undefined || message.content === '') {
      return invalid(`messages.${index}.content: text content blocks must be non-empty`);
    }
  }
  return undefined;
}

function invalid(message: string): Refusal {
  return { status: 400, message };
}
