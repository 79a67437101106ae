import { SpanStatusCode, type Span } from '@opentelemetry/api';
import { Otel } from '../conventions/index.js';
import { capture } from './capture.js';

const MAX_STACK = 8000;
const MAX_MESSAGE = 1000;

/**
 * Records a throw on a span: the exception, the status and `error.type`.
 *
 * @returns the `error.type`
 */
export function recordFailure(span: Span, error: unknown): string {
  const failure = describe(error);
  span.setAttribute(Otel.errorType, failure.name);
  span.setStatus({ code: SpanStatusCode.ERROR, message: failure.message });
  span.recordException(failure);
  return failure.name;
}

interface Failure {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
}

/** Anything can be thrown, a megabyte of text or an object that throws when it is read included. */
function describe(error: unknown): Failure {
  try {
    if (!(error instanceof Error))
      return { name: typeof error, message: capture(error, MAX_MESSAGE) };
    const stack = typeof error.stack === 'string' ? capture(error.stack, MAX_STACK) : undefined;
    return { name: typeOf(error), message: capture(error.message, MAX_MESSAGE), stack };
  } catch {
    return { name: typeof error, message: 'unreadable' };
  }
}

/** SDKs leave `name` at "Error" and tell by the class. */
function typeOf(error: Error): string {
  const name = error.name === 'Error' ? error.constructor.name : error.name;
  return typeof name === 'string' && name !== '' ? name : 'Error';
}
