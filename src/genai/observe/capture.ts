const MAX_DEPTH = 8;
const MAX_ENTRIES = 100;

/** Characters of one captured value, where the caller says nothing. */
export const CAPTURE_LIMIT = 10_000;

/**
 * A value as the text that goes on a span: a string as it is, anything else as valid JSON. Every
 * value that is captured passes here, once. Bounded in length, depth and count whatever the value
 * holds: cycles, BigInts, getters and proxies that throw. Reading is all that is done to it.
 *
 * @param limit - characters at most
 */
export function capture(value: unknown, limit = CAPTURE_LIMIT): string {
  if (typeof value === 'string') return cut(value, limit);
  // Escapes lengthen a text up to sixfold; whatever is too long is tried again with less.
  for (let room = limit; room >= 1; room = Math.floor(room / 4)) {
    const json = JSON.stringify(new Copier(room).copy(value, 0) ?? null);
    if (json.length <= limit) return json;
  }
  return 'null';
}

/** The text, or its start and an ellipsis. */
function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${wholeWords(text.slice(0, Math.max(0, limit - 1)))}…`;
}

/** Longer than any key, address or number that stands in a text. */
const LONGEST_WORD = 1_024;

/** What keys, addresses and numbers are made of, and groups of digits and capitals. */
const BROKEN_WORD = /[^\s"'`,;<>{}\u0080-\uffff]+$/;
const GROUPS = /(?<![^\s"'`,;<>{}\u0080-\uffff])(?:[+(]?[A-Z\d]{1,5}\)?[ .-]?){1,16}$/;
/** A password in an address may hold what ends other words. */
const OPEN_ADDRESS = /[a-z][a-z\d+.-]*:\/\/[^\s@]*$/i;

/**
 * A text that was cut, without the word that the cut went through, and without groups of digits
 * or capitals before it: half a key, half a card's number, would not be known for what it is by
 * the redaction that comes later.
 */
function wholeWords(text: string): string {
  const from = Math.max(0, text.length - LONGEST_WORD);
  const tail = text
    .slice(from)
    .replace(OPEN_ADDRESS, '')
    .replace(BROKEN_WORD, '')
    .replace(GROUPS, '');
  return (text.slice(0, from) + tail).toWellFormed();
}

/** Copies what JSON can hold of a value, until its room is used up. */
class Copier {
  #room: number;
  readonly #above = new Set<object>();

  constructor(room: number) {
    this.#room = room;
  }

  copy(value: unknown, depth: number): unknown {
    this.#room -= 4;
    switch (typeof value) {
      case 'string':
        return this.#text(value);
      case 'number':
        return Number.isFinite(value) ? value : String(value);
      case 'bigint':
        return this.#text(String(value));
      case 'symbol':
        return this.#text(String(value));
      case 'function':
        return '[function]';
      case 'object':
        return value && this.#object(value, depth);
      default:
        return value;
    }
  }

  #text(text: string): string {
    const kept = cut(text, Math.max(0, this.#room));
    this.#room -= kept.length;
    return kept;
  }

  #object(value: object, depth: number): unknown {
    if (this.#above.has(value)) return '[circular]';
    if (depth >= MAX_DEPTH) return '[deep]';
    this.#above.add(value);
    try {
      return this.#entries(value, depth);
    } catch {
      // A revoked proxy cannot even be asked whether it is an array.
      return '[unreadable]';
    } finally {
      this.#above.delete(value);
    }
  }

  #entries(value: object, depth: number): unknown {
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
    if (value instanceof Error) return this.#text(`${value.name}: ${value.message}`);
    if (value instanceof Set || Array.isArray(value)) return this.#list(value, depth);
    if (value instanceof Map) return this.#list(value, depth);
    const json = toJson(value);
    if (json !== value) return this.copy(json, depth + 1);
    const copied: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
    let count = 0;
    for (const key of Object.keys(value)) {
      if (count++ >= MAX_ENTRIES || this.#room <= 0) break;
      copied[this.#text(key)] = this.copy(read(value, key), depth + 1);
    }
    return copied;
  }

  #list(values: Iterable<unknown>, depth: number): unknown[] {
    const copied: unknown[] = [];
    for (const value of values) {
      if (copied.length >= MAX_ENTRIES || this.#room <= 0) break;
      copied.push(this.copy(value, depth + 1));
    }
    return copied;
  }
}

/** What an object would have written of itself, e.g. a date; itself if it says nothing. */
function toJson(value: object): unknown {
  try {
    const method = (value as { toJSON?: unknown }).toJSON;
    return typeof method === 'function' ? Reflect.apply(method, value, []) : value;
  } catch {
    return value;
  }
}

function read(value: object, key: string): unknown {
  try {
    return (value as Record<string, unknown>)[key];
  } catch {
    return '[unreadable]';
  }
}
