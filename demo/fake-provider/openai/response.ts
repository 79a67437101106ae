import type { Composed } from '../compose.ts';
import type { Behaviour } from '../options.ts';
import type { Random } from '../random.ts';
import type { Counted } from './counted.ts';
import type { ResponsesRequest } from './wire.ts';

/** Fixed, so that the same request has the same answer. */
const CREATED = 1_790_000_000;

/** The answer of `POST /responses`. */
export interface ModelResponse {
  readonly status: string;
  readonly output: readonly OutputItem[];
  readonly [field: string]: unknown;
}

export interface OutputItem {
  readonly type: string;
  readonly id: string;
  readonly content?: ReadonlyArray<{ readonly type: string; readonly text: string }>;
  readonly arguments?: string;
  readonly [field: string]: unknown;
}

export function modelResponse(
  request: ResponsesRequest,
  composed: Composed,
  counted: Counted,
  behaviour: Behaviour,
  random: Random,
): ModelResponse {
  const cut = composed.stop === 'length';
  return {
    id: behaviour.responseId ?? `resp_${random.hex.slice(0, 48)}`,
    object: 'response',
    created_at: CREATED,
    model: behaviour.datedModels ? `${request.model}-2026-01-01` : request.model,
    status: cut ? 'incomplete' : 'completed',
    error: null,
    incomplete_details: cut ? { reason: 'max_output_tokens' } : null,
    instructions: request.instructions ?? null,
    max_output_tokens: request.max_output_tokens ?? null,
    output: outputOf(composed, random),
    parallel_tool_calls: true,
    service_tier: 'default',
    tools: request.tools ?? [],
    tool_choice: request.tool_choice ?? 'auto',
    ...(!behaviour.omitUsage && { usage: usageOf(counted, behaviour) }),
  };
}

function outputOf({ text = '', toolCall, thoughts }: Composed, random: Random): OutputItem[] {
  const id = random.hex.slice(8, 56);
  const reasoning = { type: 'reasoning', id: `rs_${id}`, summary: [] };
  const item = toolCall
    ? {
        type: 'function_call',
        id: `fc_${id}`,
        call_id: `call_${random.hex.slice(24, 48)}`,
        name: toolCall.name,
        arguments: JSON.stringify(toolCall.input),
        status: 'completed',
      }
    : {
        type: 'message',
        id: `msg_${id}`,
        role: 'assistant',
        status: 'completed',
        content: [{ type: 'output_text', text, annotations: [], logprobs: [] }],
      };
  return thoughts > 0 ? [reasoning, item] : [item];
}

function usageOf(counted: Counted, behaviour: Behaviour): object {
  return {
    input_tokens: counted.input,
    input_tokens_details: { cached_tokens: counted.cached, cache_write_tokens: 0 },
    output_tokens: counted.output,
    output_tokens_details: { reasoning_tokens: counted.reasoning },
    total_tokens: counted.input + counted.output,
    ...behaviour.usage,
  };
}
