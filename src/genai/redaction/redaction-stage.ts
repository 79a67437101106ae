import { createHash } from 'node:crypto';
import { isContent } from './content-attributes.js';
import type { ContentMode } from './content-mode.js';
import { Redactor } from './redactor.js';

/** Content on its way to the logs; the span keeps length and hash. */
export interface CapturedContent {
  readonly traceId: string;
  readonly spanId: string;
  /** The attribute that held it. */
  readonly key: string;
  /** As far as the content mode lets it out. */
  readonly content: string;
  /** Of `content`, in hexadecimal. */
  readonly sha256: string;
}

export interface RedactionStats {
  /** Values that could not be redacted, and were left out. */
  readonly dropped: number;
}

/** Takes content away, to where there is room for it. */
export type ContentSink = (content: Pick<CapturedContent, 'key' | 'content' | 'sha256'>) => void;

type Attributes = Record<string, unknown>;

const MOST_DEPTH = 32;

/** Makes of attributes, texts and bodies what may leave the process, on a copy. */
export class RedactionStage {
  #dropped = 0;

  constructor(private readonly redactor: Pick<Redactor, 'redact'> = new Redactor()) {}

  stats(): RedactionStats {
    return { dropped: this.#dropped };
  }

  countDropped(): void {
    this.#dropped += 1;
  }

  /** A text that is no content: a name, a status message. What fails is replaced. */
  text(text: string): string {
    try {
      return this.redactor.redact(text);
    } catch {
      this.#dropped += 1;
      return '[redacted]';
    }
  }

  attributes(
    attributes: Attributes | undefined,
    mode: ContentMode,
    sink?: ContentSink,
  ): Attributes {
    const clean: Attributes = {};
    if (!attributes) return clean;
    for (const key of Object.keys(attributes)) {
      const value = attributes[key];
      try {
        if (isContent(key)) this.#content(clean, key, value, mode, sink);
        else clean[this.redactor.redact(key)] = this.#value(value, 0);
      } catch {
        this.#dropped += 1;
      }
    }
    return clean;
  }

  /** The body of a log record. What instrumentations of models emit is content as a whole. */
  body(body: unknown, ofModel: boolean, mode: ContentMode): unknown {
    try {
      if (!ofModel) return this.#value(body, 0);
      if (mode === 'off' || body === undefined) return undefined;
      if (mode === 'full') return body;
      if (mode === 'redacted') return this.#value(body, 0);
      const text = this.redactor.redact(textOf(body));
      return { length: text.length, sha256: sha256(text) };
    } catch {
      this.#dropped += 1;
      return undefined;
    }
  }

  #content(
    clean: Attributes,
    key: string,
    value: unknown,
    mode: ContentMode,
    sink: ContentSink | undefined,
  ): void {
    if (mode === 'off' || value === undefined || value === null) return;
    if (mode !== 'metadata' && !sink) {
      clean[key] = mode === 'full' ? value : this.#value(value, 0);
      return;
    }
    // The hash of a short private text would tell it to whoever tries them all.
    const text = mode === 'full' ? textOf(value) : textOf(this.#value(value, 0));
    const hash = sha256(text);
    if (mode !== 'metadata') sink?.({ key, content: text, sha256: hash });
    clean[`${key}.length`] = text.length;
    clean[`${key}.sha256`] = hash;
  }

  #value(value: unknown, depth: number): unknown {
    if (typeof value === 'string') return this.redactor.redact(value);
    if (typeof value !== 'object' || value === null) return value;
    if (depth >= MOST_DEPTH) throw new RangeError('nested too deep');
    if (Array.isArray(value)) return value.map((item) => this.#value(item, depth + 1));
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        this.redactor.redact(key),
        this.#value(item, depth + 1),
      ]),
    );
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
