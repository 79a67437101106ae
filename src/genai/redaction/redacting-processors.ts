import {
  context,
  type Attributes,
  type Context,
  type Link,
  type SpanContext,
  type SpanStatus,
} from '@opentelemetry/api';
import { contentModeFrom, type ContentMode } from './content-mode.js';
import {
  RedactedSpan,
  type EndedSpan,
  type ResourceLike,
  type SpanEvent,
} from './redacted-span.js';
import type { CapturedContent, ContentSink, RedactionStage } from './redaction-stage.js';

/** What we need of the SDK's processors, by shape. */
interface SpanProcessor<S> {
  onStart(span: S, parentContext: Context): void;
  onEnding?(span: S): void;
  onEnd(span: unknown): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

interface LogProcessor<R> {
  onEmit(record: R, context?: Context): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

interface EmittedRecord {
  readonly body?: unknown;
  readonly eventName?: string;
  readonly attributes: Record<string, unknown>;
  readonly resource?: ResourceLike;
}

/** The rest of it that holds texts. */
interface RecordTexts {
  readonly eventName?: string;
  readonly severityText?: string;
  readonly instrumentationScope?: object;
}

export interface RedactionOptions {
  readonly stage: RedactionStage;
  /** Where nothing else is said by `withContentMode`. */
  readonly mode: ContentMode;
  /** Takes the content, of which spans then keep length and hash alone. */
  readonly onContent?: (content: CapturedContent) => void;
  /** Characters of a span's attribute. A secret that was cut is not known for one: redaction is first. */
  readonly valueLengthLimit?: number;
}

/** Puts the redaction stage before processors that export. */
export class Redaction {
  readonly #modes = new WeakMap<object, ContentMode>();
  /** A process has one or two. */
  readonly #resources = new WeakMap<object, object>();
  /** Processors are told of a span one after the other: it is copied for the first of them. */
  #last: { readonly span: object; readonly copy: object } | undefined;
  /** Exporters group by scope: the same one must stay the same. */
  readonly #scopes = new WeakMap<object, object>();

  constructor(private readonly options: RedactionOptions) {}

  /** The processor, which then sees ended spans as redacted copies. */
  ofSpans<S extends object>(inner: SpanProcessor<S>): SpanProcessor<S> {
    return {
      onStart: (span, parentContext) => {
        const mode = contentModeFrom(parentContext);
        if (mode) this.#modes.set(span, mode);
        inner.onStart(span, parentContext);
      },
      ...(inner.onEnding && { onEnding: (span: S) => inner.onEnding?.(span) }),
      onEnd: (span) => {
        const copy = this.#guarded(() => this.#copyOf(span as EndedSpan));
        if (copy) inner.onEnd(copy);
      },
      forceFlush: () => inner.forceFlush(),
      shutdown: () => inner.shutdown(),
    };
  }

  /** The processor, which then sees log records as redacted copies. */
  ofLogs<R extends object>(inner: LogProcessor<R>): LogProcessor<R> {
    return {
      onEmit: (record, emittedIn) => {
        const copy = this.#guarded(() => this.#recordOf(record, emittedIn));
        if (copy) inner.onEmit(copy, emittedIn);
      },
      forceFlush: () => inner.forceFlush(),
      shutdown: () => inner.shutdown(),
    };
  }

  /** What cannot be read as a whole does not go out at all. */
  #guarded<T>(copy: () => T): T | undefined {
    try {
      return copy();
    } catch {
      this.options.stage.countDropped();
      return undefined;
    }
  }

  /** One copy for all processors: redacting takes time, and content is handed on once. */
  #copyOf(span: EndedSpan): object {
    if (this.#last?.span === span) return this.#last.copy;
    const { stage, onContent } = this.options;
    const mode = this.#modes.get(span) ?? this.options.mode;
    const { traceId, spanId } = span.spanContext();
    const sink: ContentSink | undefined =
      onContent && ((content) => onContent({ traceId, spanId, ...content }));
    const copy = new RedactedSpan(span, {
      ids: this.#contextOf(span.spanContext()),
      parent: span.parentSpanContext && this.#contextOf(span.parentSpanContext),
      resource: this.#resourceOf(span.resource),
      scope: this.#scopeOf(span.instrumentationScope),
      name: stage.text(span.name),
      status: this.#statusOf(span.status),
      attributes: this.#cut(stage.attributes(span.attributes, mode, sink)),
      // Most spans have neither.
      links: span.links.length === 0 ? NONE : span.links.map((link) => this.#linkOf(link, mode)),
      events:
        span.events.length === 0
          ? NONE
          : span.events.map((event) => this.#eventOf(event, mode, sink)),
    });
    this.#last = { span, copy };
    return copy;
  }

  #statusOf(status: SpanStatus): SpanStatus {
    if (!status.message) return status;
    return { ...status, message: this.options.stage.text(status.message) };
  }

  #linkOf(link: Link, mode: ContentMode): Link {
    const attributes = this.options.stage.attributes(link.attributes, mode);
    return {
      ...link,
      context: this.#contextOf(link.context),
      attributes: this.#cut(attributes) as Attributes,
    };
  }

  #eventOf(event: SpanEvent, mode: ContentMode, sink: ContentSink | undefined): SpanEvent {
    const { stage } = this.options;
    const attributes = event.attributes as Record<string, unknown> | undefined;
    return {
      ...event,
      name: stage.text(event.name),
      attributes: this.#cut(stage.attributes(attributes, mode, sink)),
    };
  }

  #cut(attributes: Record<string, unknown>): Record<string, unknown> {
    const limit = this.options.valueLengthLimit;
    if (limit === undefined) return attributes;
    const cut = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(cut);
      return typeof value === 'string' ? value.slice(0, limit) : value;
    };
    return Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, cut(value)]));
  }

  /** Trace state comes from callers, and goes on as it is or not at all. */
  #contextOf(ids: SpanContext): SpanContext {
    const state = ids.traceState?.serialize();
    if (!state || this.options.stage.text(state) === state) return ids;
    return { ...ids, traceState: undefined };
  }

  #resourceOf(resource: ResourceLike): object {
    const known = this.#resources.get(resource);
    if (known) return known;
    const attributes = this.options.stage.attributes(resource.attributes, this.options.mode);
    const isClean = JSON.stringify(attributes) === JSON.stringify(resource.attributes);
    const copy = isClean ? resource : overlay(resource, { attributes });
    // Detectors may still be at work.
    if (!resource.asyncAttributesPending) this.#resources.set(resource, copy);
    return copy;
  }

  #recordOf<R extends object>(record: R, emittedIn: Context = context.active()): R {
    const { stage } = this.options;
    const mode = contentModeFrom(emittedIn) ?? this.options.mode;
    const { body, eventName, attributes, resource } = record as EmittedRecord;
    const name = eventName ?? attributes['event.name'];
    const ofModel = typeof name === 'string' && name.startsWith('gen_ai.');
    return overlay(record, {
      ...this.#textsOf(record),
      body: stage.body(body, ofModel, mode),
      attributes: stage.attributes(attributes, mode),
      ...(resource && { resource: this.#resourceOf(resource) }),
    });
  }

  /** Names of libraries are their own, but a name may be made of anything. */
  #scopeOf(scope: object | undefined): object | undefined {
    if (!scope) return undefined;
    let copy = this.#scopes.get(scope);
    if (!copy) {
      copy = this.options.stage.attributes({ ...scope }, this.options.mode);
      this.#scopes.set(scope, copy);
    }
    return copy;
  }

  #textsOf({ eventName, severityText, instrumentationScope }: RecordTexts): RecordTexts {
    const { stage } = this.options;
    return {
      ...(eventName && { eventName: stage.text(eventName) }),
      ...(severityText && { severityText: stage.text(severityText) }),
      instrumentationScope: this.#scopeOf(instrumentationScope),
    };
  }
}

const NONE: readonly never[] = [];

/**
 * The object with other fields in front. Its methods run on the object itself: the SDK's classes
 * keep private fields, which an object that merely inherits from them does not have.
 */
function overlay<T extends object>(original: T, fields: Record<string, unknown>): T {
  return new Proxy(original, {
    get(target, key) {
      if (typeof key === 'string' && Object.hasOwn(fields, key)) return fields[key];
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
