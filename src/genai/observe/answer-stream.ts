import { answerOf, usageOf, type Answer, type ToolCall } from './answer.js';
import { fieldsOf, isRecord, listOf, textOf, type Fields } from './fields.js';

const MAX_TOOL_CALLS = 100;

/**
 * Puts an answer together from the events of its stream: Anthropic's, those of OpenAI's chat
 * completions and responses, and whole answers that come as one of the values. Texts are left to
 * {@link deltaTextOf}.
 */
export class AnswerStream {
  #answer: Answer | undefined;
  /** Anthropic tells input and output in different events. */
  #anthropicUsage: Fields = {};
  readonly #toolCalls: ToolCall[] = [];

  add(event: unknown): void {
    if (!isRecord(event)) return;
    const { type, object } = event;
    if (type === 'message_start') {
      const message = fieldsOf(event['message']);
      this.#merge(answerOf(message));
      this.#addAnthropicUsage(message['usage']);
    } else if (type === 'message_delta') {
      const stopReason = textOf(fieldsOf(event['delta'])['stop_reason']);
      if (stopReason) this.#merge({ finishReasons: [stopReason] });
      this.#addAnthropicUsage(event['usage']);
    } else if (type === 'content_block_start') {
      this.#addToolCalls(answerOf({ content: [event['content_block']] }));
    } else if (object === 'chat.completion.chunk' || object === 'text_completion') {
      this.#addChunk(event);
    } else if (typeof type === 'string' && type.startsWith('response.')) {
      // The events of one response repeat it whole, the last one with usage and status.
      if (isRecord(event['response'])) this.#merge(answerOf(event['response']));
    } else if (typeof type !== 'string' || type === 'message') {
      this.#merge(answerOf(event));
    }
  }

  /** What is known so far. */
  get answer(): Answer {
    const answer = this.#answer ?? {};
    return answer.toolCalls?.length ? answer : { ...answer, toolCalls: this.#toolCalls };
  }

  #merge(found: Answer | undefined): void {
    if (!found) return;
    // What came whole needs no merging.
    if (!this.#answer) {
      this.#answer = found;
      return;
    }
    const known = Object.entries(found).filter(([, value]) => value !== undefined);
    this.#answer = { ...this.#answer, ...Object.fromEntries(known) };
  }

  #addAnthropicUsage(usage: unknown): void {
    if (!isRecord(usage)) return;
    const told = Object.entries(usage).filter(([, value]) => value !== null);
    this.#anthropicUsage = { ...this.#anthropicUsage, ...Object.fromEntries(told) };
    this.#merge({ usage: usageOf({ type: 'message', usage: this.#anthropicUsage }) });
  }

  #addChunk(chunk: Fields): void {
    const { texts: _, toolCalls: __, finishReasons, ...rest } = answerOf(chunk) ?? {};
    this.#merge({ ...rest, finishReasons: finishReasons?.length ? finishReasons : undefined });
    for (const choice of listOf(chunk['choices'])) {
      this.#addToolCalls(answerOf({ choices: [{ message: fieldsOf(choice)['delta'] }] }));
    }
  }

  /** The first part of a call names it; the later ones bring its arguments piece by piece. */
  #addToolCalls(answer: Answer | undefined): void {
    for (const { id, name } of answer?.toolCalls ?? []) {
      if (name && this.#toolCalls.length < MAX_TOOL_CALLS) this.#toolCalls.push({ id, name });
    }
  }
}

/** The text that one event of a model's stream, or a plain text value, adds to the answer. */
export function deltaTextOf(event: unknown): string | undefined {
  if (typeof event === 'string') return event;
  if (!isRecord(event)) return undefined;
  const { delta, type } = event;
  if (type === 'response.output_text.delta') return textOf(delta);
  if (type === 'content_block_delta') return textOf(fieldsOf(delta)['text']);
  const choice = fieldsOf(listOf(event['choices'])[0]);
  return textOf(fieldsOf(choice['delta'])['content']) ?? textOf(choice['text']);
}
