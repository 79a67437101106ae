import type { Span } from '@opentelemetry/api';
import { GenAi, type SpanKindName } from '../conventions/index.js';
import type { Answer } from './answer.js';
import { capture } from './capture.js';
import { fieldsOf, isRecord, listOf } from './fields.js';
import type { SpanShape } from './span-shape.js';

const MAX_ARGUMENTS = 32;

/** A message in the shape of the conventions. */
interface Message {
  readonly role: string;
  readonly parts: readonly unknown[];
}

/** Writes what a call is given, as far as its options want it. */
export function recordInput(span: Span, shape: SpanShape, args: readonly unknown[]): void {
  const { kind, captureInput, captureArgs, parameters } = shape;
  if (captureArgs && captureInput !== false) {
    for (const [index, value] of args.slice(0, MAX_ARGUMENTS).entries()) {
      if (value === undefined) continue;
      const plain = typeof value === 'number' || typeof value === 'boolean';
      const name = parameters[index] ?? String(index);
      span.setAttribute(`function.arg.${name}`, plain ? value : capture(value));
    }
  }
  if (!captureInput) return;
  if (kind === 'tool') {
    if (captureArgs === false) return;
    span.setAttribute(GenAi.toolCallArguments, capture(args.length === 1 ? args[0] : args));
    return;
  }
  const messages = messagesOf(args[0]) ?? (captureArgs === false ? [] : [userMessage(args)]);
  if (messages.length > 0) span.setAttribute(GenAi.inputMessages, capture(messages));
}

/** Writes what a call gives: of a tool its result, of anything else a message. */
export function recordOutput(span: Span, kind: SpanKindName, output: Output): void {
  if (kind === 'tool') {
    span.setAttribute(GenAi.toolCallResult, capture(output.result));
    return;
  }
  const { texts = [capture(output.result)], toolCalls = [] } = output;
  const calls = toolCalls.map((call) => ({ type: 'tool_call', ...call }));
  span.setAttribute(
    GenAi.outputMessages,
    capture([{ role: 'assistant', parts: [...texts.map(text), ...calls] }]),
  );
}

/** A result; of the answer of a model, what it says in words and which tools it calls. */
export interface Output extends Pick<Answer, 'texts' | 'toolCalls'> {
  readonly result: unknown;
}

/** The prompt in a first argument: a text, messages, or a request that holds either. */
function messagesOf(argument: unknown): Message[] | undefined {
  if (typeof argument === 'string') return [{ role: 'user', parts: [text(argument)] }];
  if (Array.isArray(argument)) {
    return argument.every((item) => isRecord(item) && 'role' in item && 'content' in item)
      ? argument.map(message)
      : undefined;
  }
  const request = fieldsOf(argument);
  const asked = request['messages'] ?? request['input'] ?? request['prompt'] ?? request['message'];
  const messages =
    typeof asked === 'string' || Array.isArray(asked) ? messagesOf(asked) : undefined;
  const system = request['system'] ?? request['instructions'];
  if (!messages || system === undefined) return messages;
  return [{ role: 'system', parts: partsOf(system) }, ...messages];
}

function message(said: Record<string, unknown>): Message {
  const calls = listOf(said['tool_calls']);
  return { role: String(said['role']), parts: [...partsOf(said['content']), ...calls] };
}

function partsOf(content: unknown): unknown[] {
  if (content === undefined || content === null) return [];
  return Array.isArray(content) ? content.map(partOf) : [partOf(content)];
}

function partOf(content: unknown): unknown {
  if (typeof content === 'string') return text(content);
  const { text: said } = fieldsOf(content);
  return typeof said === 'string' ? text(said) : content;
}

function userMessage(args: readonly unknown[]): Message {
  return { role: 'user', parts: [text(capture(args.length === 1 ? args[0] : args))] };
}

function text(content: string): { type: 'text'; content: string } {
  return { type: 'text', content };
}
