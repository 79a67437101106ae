import { compose, type Composed, type Prompt } from '../compose.ts';
import type { Behaviour } from '../options.ts';
import type { Random } from '../random.ts';
import type { InputUsage } from './usage.ts';
import { textOf, type MessagesRequest } from './wire.ts';

/** The answer of `POST /v1/messages`. */
export interface Message {
  readonly content: readonly ContentBlock[];
  readonly stop_reason: string;
  readonly usage: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

export interface ContentBlock {
  readonly type: string;
  readonly text?: string;
  readonly thinking?: string;
  readonly signature?: string;
  readonly input?: unknown;
  readonly [field: string]: unknown;
}

const STOP_REASONS = { end: 'end_turn', length: 'max_tokens', tool: 'tool_use' } as const;

export function message(
  request: MessagesRequest,
  inputUsage: InputUsage,
  behaviour: Behaviour,
  random: Random,
): Message {
  const composed = compose(promptOf(request), behaviour.words, random);
  const { thoughts } = composed;
  return {
    id: behaviour.responseId ?? `msg_${random.hex.slice(0, 24)}`,
    type: 'message',
    role: 'assistant',
    model: behaviour.datedModels ? dated(request.model) : request.model,
    content: [
      ...(thoughts > 0
        ? [{ type: 'thinking', thinking: 'Let me think.', signature: random.hex }]
        : []),
      blockOf(composed, random),
    ],
    stop_reason: STOP_REASONS[composed.stop],
    stop_sequence: null,
    usage: {
      ...inputUsage,
      output_tokens: composed.tokens + thoughts,
      output_tokens_details: thoughts > 0 ? { thinking_tokens: thoughts } : null,
      server_tool_use: null,
      service_tier: 'standard',
      inference_geo: null,
      speed: null,
      ...behaviour.usage,
    },
  };
}

function promptOf(request: MessagesRequest): Prompt {
  const { tools = [], tool_choice: choice, messages, thinking } = request;
  const last = messages.at(-1)?.content;
  return {
    said: messages.map(({ role, content }) => ({ role, text: textOf(content) })),
    tools: tools.map(({ name, input_schema: schema }) => ({ name, schema })),
    toolChoice: choice?.type === 'tool' ? { name: choice.name ?? '' } : (choice?.type ?? 'auto'),
    hasToolResult: Array.isArray(last) && last.some(({ type }) => type === 'tool_result'),
    maxTokens: request.max_tokens,
    thinks: thinking !== undefined && thinking.type !== 'disabled',
  };
}

function blockOf({ text, toolCall }: Composed, random: Random): ContentBlock {
  if (!toolCall) return { type: 'text', text, citations: null };
  return { type: 'tool_use', id: `toolu_${random.hex.slice(24, 48)}`, ...toolCall };
}

/** Model ids without a date get one, as aliases do. */
function dated(model: string): string {
  return /\d{8}$/.test(model) ? model : `${model}-20260101`;
}
