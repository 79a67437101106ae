import { context, createContextKey, type Context } from '@opentelemetry/api';

/**
 * What leaves the process of prompts, answers, and arguments and results of tools:
 * `off` nothing; `metadata` length and SHA-256; `redacted` the text without credentials and
 * personal data; `full` the text.
 */
export type ContentMode = (typeof CONTENT_MODES)[number];

export const CONTENT_MODES = ['off', 'metadata', 'redacted', 'full'] as const;

const KEY = createContextKey('spanledger content mode');

/**
 * Runs `fn` with another content mode: it holds for every span and log record that begins in it,
 * whoever makes it.
 *
 * @example
 * withContentMode('off', () => answerAboutHealth(question));
 */
export function withContentMode<T>(mode: ContentMode, fn: () => T): T {
  return context.with(contextWithContentMode(context.active(), mode), fn);
}

export function contextWithContentMode(carrier: Context, mode: ContentMode): Context {
  return carrier.setValue(KEY, mode);
}

/** The mode that a context carries; undefined where none was set. */
export function contentModeFrom(carrier: Context): ContentMode | undefined {
  return carrier.getValue(KEY) as ContentMode | undefined;
}

/** The values that the instrumentations of several languages take for yes. */
const YES = new Set(['true', '1', 'span', 'span_only', 'event_only', 'span_and_event']);

/**
 * The mode that the environment asks for: `SPANLEDGER_CONTENT` says it exactly; a yes in
 * `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT` is `redacted`; else, and for a word that is
 * none, it is `off`.
 */
export function contentModeOf(environment: Record<string, string | undefined>): ContentMode {
  const asked = environment['SPANLEDGER_CONTENT']?.trim().toLowerCase();
  if (asked) return CONTENT_MODES.find((mode) => mode === asked) ?? 'off';
  const standard = environment['OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT'];
  return YES.has(standard?.trim().toLowerCase() ?? '') ? 'redacted' : 'off';
}
