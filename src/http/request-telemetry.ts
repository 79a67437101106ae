import { ROOT_CONTEXT, context, createContextKey, type Context } from '@opentelemetry/api';
import type { Problem } from './problem/problem.js';

/** What is known of a request beside its HTTP side: ids, and facts for its one log line. */
export interface RequestTelemetry {
  /** W3C trace id: of the caller's `traceparent`, else made here. */
  readonly traceId: string;
  readonly requestId: string;
  /** What the handler will run in; hooks before it put in what it is to find. */
  context: Context;
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

/** The beginning of a request's context. */
export function contextOfRequest(telemetry: RequestTelemetry): Context {
  return new ContextLayer(ROOT_CONTEXT, KEY, telemetry);
}

/** One value over another context. What the API itself makes is a copy of all values beneath. */
class ContextLayer implements Context {
  constructor(
    private readonly beneath: Context,
    private readonly key: symbol,
    private readonly value: unknown,
  ) {}

  getValue(key: symbol): unknown {
    return key === this.key ? this.value : this.beneath.getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    return new ContextLayer(this, key, value);
  }

  deleteValue(key: symbol): Context {
    return new ContextLayer(this, key, undefined);
  }
}

/** The request that the running code serves; undefined outside a request. */
export function currentRequestTelemetry(): RequestTelemetry | undefined {
  return context.active().getValue(KEY) as RequestTelemetry | undefined;
}
