import { trace, type Context, type SpanContext } from '@opentelemetry/api';
import { Event, EVENT_NAME_ATTRIBUTE, GenAi } from '../../conventions/index.js';
import type { SdkSpan } from '../sdk-types.js';
import { isRecord, messageOf } from './message.js';
import { SpanContent, type ContentKey } from './span-content.js';

/** What we need of the SDK's log record, by shape. */
export interface LogRecordLike {
  readonly eventName?: string;
  readonly body?: unknown;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly spanContext?: SpanContext;
}

/** The SDK's `LogRecordProcessor`. */
export interface LogRecordProcessorLike {
  onEmit(record: LogRecordLike, context?: Context): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

export interface LogToSpanBridgeOptions {
  /** Whether content may be put on spans at all. Default: no. */
  readonly captureContent?: boolean;
  /** Bytes of one content attribute. Default 2,000: Tempo cuts an attribute at 2,048. */
  readonly maxContentBytes?: number;
  /** Takes out of a text what may not leave the process. */
  readonly redact?: (text: string) => string;
}

/**
 * Brings the content that instrumentations emit as log events onto the span of the event's own
 * context: the old events, one a message, and `gen_ai.client.inference.operation.details`. The
 * span processor it is given to writes it when the span ends, as valid JSON within the limit.
 *
 * @example
 * const bridge = new LogToSpanBridge({ captureContent: true });
 * new NodeSDK({
 *   spanProcessors: [new SpanledgerSpanProcessor({ bridge }), ...],
 *   logRecordProcessors: [bridge, ...],
 * });
 */
export class LogToSpanBridge implements LogRecordProcessorLike {
  readonly #content: SpanContent | undefined;
  readonly #redact: ((text: string) => string) | undefined;
  #faults = 0;

  constructor({
    captureContent = false,
    maxContentBytes = 2000,
    redact,
  }: LogToSpanBridgeOptions = {}) {
    this.#content = captureContent ? new SpanContent(maxContentBytes) : undefined;
    this.#redact = redact;
  }

  onEmit(record: LogRecordLike, context?: Context): void {
    if (!this.#content) return;
    try {
      this.#collect(record, context, this.#content);
    } catch {
      this.#faults += 1;
    }
  }

  /** Called by the span processor while the span can still be written. */
  writeTo(span: SdkSpan): void {
    this.#content?.writeTo(span);
  }

  /** Records that could not be read. */
  get faults(): number {
    return this.#faults;
  }

  async forceFlush(): Promise<void> {}
  async shutdown(): Promise<void> {}

  #collect(record: LogRecordLike, context: Context | undefined, content: SpanContent): void {
    const eventName = record.eventName || record.attributes[EVENT_NAME_ATTRIBUTE];
    if (typeof eventName !== 'string' || !eventName.startsWith('gen_ai.')) return;
    const span = (context && trace.getSpanContext(context)) ?? record.spanContext;
    if (!span) return;

    if (eventName === Event.inferenceDetails) {
      for (const key of [
        GenAi.systemInstructions,
        GenAi.inputMessages,
        GenAi.outputMessages,
      ] as const) {
        const messages = arrayOf(
          record.attributes[key] ?? (isRecord(record.body) ? record.body[key] : undefined),
        );
        if (messages)
          content.set(
            span,
            key,
            messages.map((message) => this.#clean(message)),
          );
      }
      return;
    }
    const message = messageOf(eventName, record.body);
    const key: ContentKey = eventName === Event.choice ? GenAi.outputMessages : GenAi.inputMessages;
    if (message) content.add(span, key, this.#clean(message));
  }

  /** The message with every text in it redacted. */
  #clean(message: unknown): unknown {
    const redact = this.#redact;
    if (!redact) return message;
    return JSON.parse(
      JSON.stringify(message, (_, value: unknown) =>
        typeof value === 'string' ? redact(value) : value,
      ),
    );
  }
}

/** Structured by the conventions, a JSON string from some, plain text from one. */
function arrayOf(value: unknown): readonly unknown[] | undefined {
  if (typeof value !== 'string') return Array.isArray(value) ? value : undefined;
  if (value[0] !== '[') return [{ type: 'text', content: value }];
  const parsed: unknown = JSON.parse(value);
  return Array.isArray(parsed) ? parsed : undefined;
}
