import type { Span } from '@opentelemetry/api';
import { OldContent, SpanEvent } from '../conventions/index.js';
import { CAPTURE_LIMIT, capture } from './capture.js';
import { recordSafely } from './record-safely.js';

/** What was said to a model, and what it answered: texts, or messages in any shape. */
export interface RecordedContent {
  readonly prompt?: unknown;
  readonly completion?: unknown;
}

export interface RecordContentOptions {
  /** Nothing is recorded unless it is `true`. @default false */
  readonly captureContent?: boolean;
  /** Characters of each event at most. @default 10000 */
  readonly limit?: number;
}

/**
 * Adds `gen_ai.content.prompt` and `gen_ai.content.completion` events, an empty text's too, with
 * the length of texts and whether they were cut. Never throws.
 */
export function recordContent(
  span: Span,
  content: RecordedContent,
  { captureContent = false, limit = CAPTURE_LIMIT }: RecordContentOptions = {},
): void {
  if (!captureContent) return;
  recordSafely(() => {
    addEvent(span, SpanEvent.contentPrompt, OldContent.prompt, content.prompt, limit);
    addEvent(span, SpanEvent.contentCompletion, OldContent.completion, content.completion, limit);
  });
}

function addEvent(span: Span, event: string, key: string, value: unknown, limit: number): void {
  if (value === undefined) return;
  span.addEvent(event, {
    [key]: capture(value, limit),
    ...(typeof value === 'string' && {
      [`${key}.length`]: value.length,
      [`${key}.truncated`]: value.length > limit,
    }),
  });
}
