import { context, createContextKey, type Context } from '@opentelemetry/api';
import type { Problem } from './problem/problem.js';

/** What is known of a request beside its HTTP side: ids, and facts for its one log line. */
export interface RequestTelemetry {
  /** W3C trace id: of the caller's `traceparent`, else made here. */
  readonly traceId: string;
  readonly requestId: string;
  /** Adds facts to the request's log line; a later value of the same key wins. */
  note(facts: RequestFacts): void;
  /** The request ends as this problem; `error` is what was thrown. */
  fail(error: unknown, problem: Problem): void;
}

export interface RequestFacts {
  readonly conversation_id?: string;
  readonly workflow_id?: string;
  readonly model?: string;
  /** USD, exact decimal. */
  readonly cost?: string;
  /** Why a stream is not whole; the line is written before it when the reader has left. */
  readonly cut_reason?: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the telemetry hooks before anything else sees the request. */
    telemetry?: RequestTelemetry;
  }
}

const KEY = createContextKey('spanledger request telemetry');

export function contextWithRequestTelemetry(base: Context, telemetry: RequestTelemetry): Context {
  return base.setValue(KEY, telemetry);
}

/** The request that the running code serves; undefined outside a request. */
export function currentRequestTelemetry(): RequestTelemetry | undefined {
  return context.active().getValue(KEY) as RequestTelemetry | undefined;
}
