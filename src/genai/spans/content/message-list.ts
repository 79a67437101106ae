import { isRecord } from './message.js';

const CUT = '… [cut]';

/**
 * Messages as JSON within a number of bytes, however many come. The newest stay: they are what the
 * model was asked last. Every message is serialised once, when it comes.
 */
export class MessageList {
  readonly #limit: number;
  #serialised: string[] = [];
  #bytes = 0;

  /** @param limit - for the JSON array, in bytes of UTF-8 */
  constructor(limit: number) {
    this.#limit = limit;
  }

  add(message: unknown): void {
    const json = fitMessage(message, this.#limit - 2);
    this.#serialised.push(json);
    this.#bytes += Buffer.byteLength(json) + 1;
    // Twice the limit before the old ones go, so that dropping them costs little for each message.
    if (this.#bytes > 2 * this.#limit) this.#dropOld(this.#limit);
  }

  /** The JSON array of the newest messages that fit into `limit` bytes. */
  toJson(limit = this.#limit): string {
    if (limit < this.#limit) {
      this.#serialised = this.#serialised.map((json) => fitMessage(JSON.parse(json), limit - 2));
    }
    this.#dropOld(limit);
    return `[${this.#serialised.join(',')}]`;
  }

  #dropOld(limit: number): void {
    let bytes = 1;
    let first = this.#serialised.length;
    while (first > 0) {
      const size = Buffer.byteLength(this.#serialised[first - 1] ?? '') + 1;
      if (bytes + size > limit) break;
      bytes += size;
      first -= 1;
    }
    this.#serialised = this.#serialised.slice(first);
    this.#bytes = bytes;
  }
}

/** One message as JSON of at most `limit` bytes: whole, or its text cut. Always valid JSON. */
function fitMessage(message: unknown, limit: number): string {
  // No string longer than the whole may be is worth escaping.
  const json =
    JSON.stringify(message, (_, value: unknown) =>
      typeof value === 'string' && value.length > limit ? value.slice(0, limit) + CUT : value,
    ) ?? 'null';
  if (Buffer.byteLength(json) <= limit) return json;

  const { text, around } = textIn(message) ?? { text: json, around: (content: string) => content };
  let end = Math.min(text.length, limit);
  for (;;) {
    const cut = JSON.stringify(around(text.slice(0, end).toWellFormed() + CUT));
    const bytes = Buffer.byteLength(cut);
    if (bytes <= limit) return cut;
    if (end === 0) return '{}';
    end = Math.min(end - 1, Math.floor((end * limit) / bytes));
  }
}

/** The first text of a message or of a part, and what stands around it when all else is left out. */
function textIn(
  message: unknown,
): { text: string; around: (content: string) => unknown } | undefined {
  if (!isRecord(message)) return undefined;
  const { role, parts, content: own } = message;
  if (typeof own === 'string')
    return { text: own, around: (content) => ({ type: 'text', content }) };
  if (!Array.isArray(parts)) return undefined;
  const part = parts.find((each) => isRecord(each) && typeof each['content'] === 'string');
  const text: unknown = part?.content;
  if (typeof text !== 'string') return undefined;
  return { text, around: (content) => ({ role, parts: [{ type: 'text', content }] }) };
}
