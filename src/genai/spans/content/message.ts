import { Event } from '../../conventions/index.js';

/** A message in the shape of the newest conventions: `gen_ai.input.messages` is an array of these. */
export interface Message {
  readonly role: string;
  readonly parts: readonly unknown[];
  readonly finish_reason?: unknown;
}

/** The roles of the old events, one event a message; a choice is an answer of the model. */
const ROLES: Readonly<Record<string, string | undefined>> = {
  [Event.systemMessage]: 'system',
  [Event.userMessage]: 'user',
  [Event.assistantMessage]: 'assistant',
  [Event.toolMessage]: 'tool',
  [Event.choice]: 'assistant',
};

/** An old per-message event as a message of today; nothing for other events and empty bodies. */
export function messageOf(eventName: string, body: unknown): Message | undefined {
  const role = ROLES[eventName];
  if (role === undefined || !isRecord(body)) return undefined;
  const isChoice = eventName === Event.choice;
  const said = isChoice ? body['message'] : body;
  if (!isRecord(said)) return undefined;
  const parts = eventName === Event.toolMessage ? [toolResponse(said)] : partsOf(said);
  return {
    role: typeof said['role'] === 'string' ? said['role'] : role,
    parts,
    ...(isChoice &&
      body['finish_reason'] !== undefined && { finish_reason: body['finish_reason'] }),
  };
}

function partsOf({ content, tool_calls: toolCalls }: Record<string, unknown>): unknown[] {
  const said = Array.isArray(content)
    ? content.map(partOf)
    : content == null
      ? []
      : [partOf(content)];
  return [...said, ...(Array.isArray(toolCalls) ? toolCalls.map(toolCall) : [])];
}

function partOf(content: unknown): unknown {
  if (typeof content === 'string') return { type: 'text', content };
  if (isRecord(content) && typeof content['text'] === 'string') {
    return { type: 'text', content: content['text'] };
  }
  return content;
}

function toolCall(call: unknown): unknown {
  if (!isRecord(call)) return call;
  const of = isRecord(call['function']) ? call['function'] : call;
  return { type: 'tool_call', id: call['id'], name: of['name'], arguments: of['arguments'] };
}

function toolResponse({ id, content }: Record<string, unknown>): unknown {
  return { type: 'tool_call_response', id, response: content };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
