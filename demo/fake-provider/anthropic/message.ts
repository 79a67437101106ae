import type { Behaviour } from '../options.ts';
import type { Random } from '../random.ts';
import { countTokens, reply } from '../text.ts';
import { toolInput } from './tool-input.ts';
import type { InputUsage } from './usage.ts';
import { textOf, type MessagesRequest } from './wire.ts';

/** The answer of `POST /v1/messages`. */
export function message(
  request: MessagesRequest,
  inputUsage: InputUsage,
  behaviour: Behaviour,
  random: Random,
): Record<string, unknown> {
  const thinking = request.thinking && request.thinking.type !== 'disabled';
  const thoughts = thinking ? random.between(20, 120) : 0;
  const answer = toolUse(request, random) ?? textAnswer(request, random, thoughts);
  return {
    id: behaviour.responseId ?? `msg_${random.hex.slice(0, 24)}`,
    type: 'message',
    role: 'assistant',
    model: behaviour.datedModels ? dated(request.model) : request.model,
    content: [
      ...(thinking ? [{ type: 'thinking', thinking: 'Let me think.', signature: random.hex }] : []),
      answer.block,
    ],
    stop_reason: answer.stopReason,
    stop_sequence: null,
    usage: {
      ...inputUsage,
      output_tokens: answer.tokens + thoughts,
      output_tokens_details: thinking ? { thinking_tokens: thoughts } : null,
      server_tool_use: null,
      service_tier: 'standard',
      inference_geo: null,
      speed: null,
      ...behaviour.usage,
    },
  };
}

interface Answer {
  readonly block: Record<string, unknown>;
  readonly stopReason: string;
  readonly tokens: number;
}

function textAnswer(request: MessagesRequest, random: Random, thoughts: number): Answer {
  const said = request.messages.map(({ role, content }) => ({ role, text: textOf(content) }));
  const whole = reply(said, random);
  const most = Math.max(1, request.max_tokens - thoughts);
  if (countTokens(whole) <= most) {
    return { block: text(whole), stopReason: 'end_turn', tokens: countTokens(whole) };
  }
  return { block: text(whole.slice(0, most * 4)), stopReason: 'max_tokens', tokens: most };
}

function text(value: string) {
  return { type: 'text', text: value, citations: null };
}

/** A tool is used when the request insists on it, or the user's last words name it. */
function toolUse(request: MessagesRequest, random: Random): Answer | undefined {
  const { tools = [], tool_choice: choice, messages } = request;
  const last = messages.at(-1);
  const words = textOf(last?.content);
  const answered =
    typeof last?.content !== 'string' && last?.content.some(({ type }) => type === 'tool_result');
  if (choice?.type === 'none' || answered) return undefined;
  const wanted =
    choice?.type === 'tool'
      ? tools.find(({ name }) => name === choice.name)
      : (tools.find(({ name }) => words.includes(name)) ??
        (choice?.type === 'any' ? tools[0] : undefined));
  if (!wanted) return undefined;
  const input = toolInput(wanted.input_schema, words, random);
  const block = {
    type: 'tool_use',
    id: `toolu_${random.hex.slice(24, 48)}`,
    name: wanted.name,
    input,
  };
  return { block, stopReason: 'tool_use', tokens: countTokens(JSON.stringify(block)) };
}

/** Model ids without a date get one, as aliases do. */
function dated(model: string): string {
  return /\d{8}$/.test(model) ? model : `${model}-20260101`;
}
