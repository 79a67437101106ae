import { pieces } from '../compose.ts';
import { frame } from '../sse.ts';
import type { ContentBlock, Message } from './message.ts';

/**
 * A message as the events of its stream. The input is counted at the start; the counts of
 * `message_delta` are cumulative, and null where it has nothing new to say.
 *
 * @param omitUsage leave the final counts away
 */
export function messageStream(message: Message, omitUsage: boolean): string[] {
  const { content, stop_reason, usage } = message;
  const started = {
    ...message,
    content: [],
    stop_reason: null,
    usage: { ...usage, output_tokens: 1, output_tokens_details: null },
  };
  const final = {
    input_tokens: null,
    cache_creation_input_tokens: null,
    cache_read_input_tokens: null,
    output_tokens: usage.output_tokens,
    output_tokens_details: usage.output_tokens_details,
    server_tool_use: usage.server_tool_use,
  };
  return [
    event({ type: 'message_start', message: started }),
    ...content.flatMap(blockEvents),
    event({
      type: 'message_delta',
      delta: { stop_reason, stop_sequence: null },
      ...(!omitUsage && { usage: final }),
    }),
    event({ type: 'message_stop' }),
  ];
}

function blockEvents(block: ContentBlock, index: number): string[] {
  const { empty, deltas } = split(block);
  return [
    event({ type: 'content_block_start', index, content_block: empty }),
    ...deltas.map((delta) => event({ type: 'content_block_delta', index, delta })),
    event({ type: 'content_block_stop', index }),
  ];
}

/** A block as it starts, and what is added to it bit by bit. */
function split(block: ContentBlock): { empty: ContentBlock; deltas: object[] } {
  switch (block.type) {
    case 'thinking':
      return {
        empty: { ...block, thinking: '', signature: '' },
        deltas: [
          { type: 'thinking_delta', thinking: block.thinking },
          { type: 'signature_delta', signature: block.signature },
        ],
      };
    case 'tool_use':
      return {
        empty: { ...block, input: {} },
        deltas: pieces(JSON.stringify(block.input)).map((partial_json) => ({
          type: 'input_json_delta',
          partial_json,
        })),
      };
    default:
      return {
        empty: { ...block, text: '' },
        deltas: pieces(block.text ?? '').map((text) => ({ type: 'text_delta', text })),
      };
  }
}

function event(data: { readonly type: string; readonly [field: string]: unknown }): string {
  return frame(data, data.type);
}
