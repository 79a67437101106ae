import { pieces, type Composed } from '../compose.ts';
import type { Behaviour } from '../options.ts';
import type { Random } from '../random.ts';
import { frame } from '../sse.ts';
import type { Counted } from './counted.ts';
import type { ChatRequest } from './wire.ts';

const FINISH_REASONS = { end: 'stop', length: 'length', tool: 'tool_calls' } as const;
/** Fixed, so that the same request has the same answer. */
const CREATED = 1_790_000_000;

interface Parts {
  readonly request: ChatRequest;
  readonly composed: Composed;
  readonly counted: Counted;
  readonly behaviour: Behaviour;
  readonly random: Random;
}

/** The answer of `POST /chat/completions`. */
export function chatCompletion(parts: Parts): object {
  const { composed, behaviour } = parts;
  const { text = null, stop } = composed;
  const calls = toolCalls(parts);
  return {
    ...head(parts, 'chat.completion'),
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: text,
          refusal: null,
          ...(calls && { tool_calls: calls }),
        },
        logprobs: null,
        finish_reason: FINISH_REASONS[stop],
      },
    ],
    ...(!behaviour.omitUsage && { usage: usageOf(parts) }),
  };
}

/** The same as the chunks of a stream. The usage comes only when asked for, after the choices. */
export function chatStream(parts: Parts): string[] {
  const { request, composed, behaviour } = parts;
  const withUsage = request.stream_options?.include_usage === true && !behaviour.omitUsage;
  const chunk = (choices: readonly object[], usage: object | null = null) =>
    frame({
      ...head(parts, 'chat.completion.chunk'),
      choices,
      ...(withUsage && { usage }),
    });
  const choice = (delta: object, finish_reason: string | null = null) =>
    chunk([{ index: 0, delta, logprobs: null, finish_reason }]);
  return [
    choice({ role: 'assistant', content: composed.toolCall ? null : '', refusal: null }),
    ...pieces(composed.text ?? '').map((content) => choice({ content })),
    ...(toolCalls(parts) ?? []).flatMap(({ function: { arguments: json, name }, ...call }) => [
      choice({ tool_calls: [{ index: 0, ...call, function: { name, arguments: '' } }] }),
      ...pieces(json).map((piece) =>
        choice({ tool_calls: [{ index: 0, function: { arguments: piece } }] }),
      ),
    ]),
    choice({}, FINISH_REASONS[composed.stop]),
    ...(withUsage ? [chunk([], usageOf(parts))] : []),
    frame('[DONE]'),
  ];
}

function head({ request, behaviour, random }: Parts, object: string) {
  return {
    id: behaviour.responseId ?? `chatcmpl-${random.hex.slice(0, 29)}`,
    object,
    created: CREATED,
    model: behaviour.datedModels ? `${request.model}-2026-01-01` : request.model,
    service_tier: 'default',
    system_fingerprint: 'fp_fake',
  };
}

function toolCalls({ composed: { toolCall }, random }: Parts) {
  return (
    toolCall && [
      {
        id: `call_${random.hex.slice(24, 48)}`,
        type: 'function',
        function: { name: toolCall.name, arguments: JSON.stringify(toolCall.input) },
      },
    ]
  );
}

function usageOf({ counted, behaviour }: Parts): object {
  return {
    prompt_tokens: counted.input,
    completion_tokens: counted.output,
    total_tokens: counted.input + counted.output,
    prompt_tokens_details: { cached_tokens: counted.cached, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: counted.reasoning,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
    ...behaviour.usage,
  };
}
