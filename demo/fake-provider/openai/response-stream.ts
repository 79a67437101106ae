import { pieces } from '../compose.ts';
import { frame } from '../sse.ts';
import type { ModelResponse, OutputItem } from './response.ts';

interface StreamEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** A response as the events of its stream: numbered, the usage in the last one. */
export function responseStream(response: ModelResponse): string[] {
  const { usage: _, ...head } = response;
  const started = { ...head, status: 'in_progress', output: [] };
  const last = response.status === 'incomplete' ? 'response.incomplete' : 'response.completed';
  const events: StreamEvent[] = [
    { type: 'response.created', response: started },
    { type: 'response.in_progress', response: started },
    ...response.output.flatMap(itemEvents),
    { type: last, response },
  ];
  return events.map(({ type, ...event }, sequence_number) =>
    frame({ type, sequence_number, ...event }, type),
  );
}

function itemEvents(item: OutputItem, output_index: number): StreamEvent[] {
  const place = { item_id: item.id, output_index };
  const empty =
    item.type === 'message'
      ? { ...item, content: [], status: 'in_progress' }
      : item.type === 'function_call'
        ? { ...item, arguments: '', status: 'in_progress' }
        : item;
  return [
    { type: 'response.output_item.added', output_index, item: empty },
    ...(item.content ?? []).flatMap((part, content_index) =>
      textEvents(part, { ...place, content_index }),
    ),
    ...(item.arguments === undefined ? [] : argumentEvents(item.arguments, place)),
    { type: 'response.output_item.done', output_index, item },
  ];
}

function textEvents(part: { readonly text: string }, place: object): StreamEvent[] {
  const { text } = part;
  return [
    { type: 'response.content_part.added', ...place, part: { ...part, text: '' } },
    ...pieces(text).map((delta) => ({
      type: 'response.output_text.delta',
      ...place,
      delta,
      logprobs: [],
    })),
    { type: 'response.output_text.done', ...place, text, logprobs: [] },
    { type: 'response.content_part.done', ...place, part },
  ];
}

function argumentEvents(json: string, place: object): StreamEvent[] {
  return [
    ...pieces(json).map((delta) => ({
      type: 'response.function_call_arguments.delta',
      ...place,
      delta,
    })),
    { type: 'response.function_call_arguments.done', ...place, arguments: json },
  ];
}
