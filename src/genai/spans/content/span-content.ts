import type { SpanContext } from '@opentelemetry/api';
import { GenAi } from '../../conventions/index.js';
import { write } from '../span-writer.js';
import type { SdkSpan } from '../sdk-types.js';
import { MessageList } from './message-list.js';

/** Attributes that carry content, each a JSON array. */
const CONTENT_KEYS = [GenAi.systemInstructions, GenAi.inputMessages, GenAi.outputMessages] as const;
export type ContentKey = (typeof CONTENT_KEYS)[number];

/** Content on its way to a span, gathered while the span is open and gone with it. */
export class SpanContent {
  readonly #bySpan = new WeakMap<SpanContext, Map<ContentKey, MessageList>>();
  readonly #limit: number;

  /** @param limit - of one attribute, in bytes */
  constructor(limit: number) {
    this.#limit = limit;
  }

  add(span: SpanContext, key: ContentKey, message: unknown): void {
    let lists = this.#bySpan.get(span);
    if (!lists) this.#bySpan.set(span, (lists = new Map()));
    let list = lists.get(key);
    if (!list) lists.set(key, (list = new MessageList(this.#limit)));
    list.add(message);
  }

  /** Replaces what was gathered for `key`. */
  set(span: SpanContext, key: ContentKey, messages: readonly unknown[]): void {
    this.#bySpan.get(span)?.delete(key);
    for (const message of messages) this.add(span, key, message);
  }

  /** Writes what was gathered, where the span says nothing itself, and forgets it. */
  writeTo(span: SdkSpan): void {
    const lists = this.#bySpan.get(span.spanContext());
    if (!lists) return;
    this.#bySpan.delete(span.spanContext());
    for (const [key, list] of lists) {
      if (span.attributes[key] === undefined) writeWhole(span, key, list);
    }
  }
}

/** The SDK's own limit on lengths cuts anywhere, and half an array is no JSON: then a shorter one. */
function writeWhole(span: SdkSpan, key: ContentKey, list: MessageList): void {
  const json = list.toJson();
  write(span, key, json);
  const written = span.attributes[key];
  if (typeof written === 'string' && written.length < json.length) {
    write(span, key, list.toJson(written.length));
  }
}
