import { context, type Context } from '@opentelemetry/api';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { SpanRecorder } from '../genai/install/index.js';
import {
  contextOfRequest,
  type Problem,
  type RequestFacts,
  type RequestTelemetry,
} from '../http/index.js';
import { UNMATCHED, type HttpMetrics } from './metrics/http-metrics.js';
import type { Lifecycle } from './lifecycle.js';
import type { LineWriter } from './line-writer.js';
import type { RequestLine } from './request-line.js';
import { ServerSpan } from './server-span.js';

/** Probes and scrapes are not the service's work: they would drown what is. */
const UNCOUNTED = /^\/(metrics|health)(\/|$)/;

/** The status of a request whose client left before the answer, as nginx counts it. */
const CLIENT_CLOSED_REQUEST = 499;

export interface RequestTelemetryParts {
  readonly lifecycle: Lifecycle;
  readonly metrics: HttpMetrics;
  /** Undefined: no spans. */
  readonly recorder: SpanRecorder | undefined;
  readonly lines: LineWriter;
  readonly format: (line: RequestLine) => string;
}

/**
 * Measures, traces and logs every request by Fastify hooks, which see all of them: also those
 * that no route takes, that fail before a handler, and that are aborted.
 */
export function registerRequestTelemetry(app: FastifyInstance, parts: RequestTelemetryParts): void {
  app.addHook('onRequest', (request, reply, done) => {
    const route = request.routeOptions.url ?? UNMATCHED;
    if (!UNCOUNTED.test(route)) {
      const record = new RequestRecord(request, reply, route, parts);
      request.telemetry = record;
      reply.header('x-request-id', record.requestId);
      if (parts.lifecycle.retiring) reply.header('connection', 'close');
      // It comes once, and 'once' would cost a listener more.
      reply.raw.on('close', () => record.end());
    }
    done();
  });
  // Not earlier: reading a body ends the async context of the hooks before it.
  app.addHook('preHandler', (request, _reply, done) => {
    if (request.telemetry) context.with(request.telemetry.context, done);
    else done();
  });
}

class RequestRecord implements RequestTelemetry {
  readonly traceId: string;
  readonly requestId: string;
  context: Context;
  readonly #span: ServerSpan;
  readonly #begun = performance.now();
  #facts: RequestFacts | undefined;
  #failure: { readonly error: unknown; readonly problem: Problem } | undefined;

  constructor(
    private readonly request: FastifyRequest,
    private readonly reply: FastifyReply,
    private readonly route: string,
    private readonly parts: RequestTelemetryParts,
  ) {
    this.#span = new ServerSpan(request, route, parts.recorder, contextOfRequest(this));
    this.traceId = this.#span.ids.traceId;
    this.requestId = request.id;
    this.context = this.#span.context;
    parts.lifecycle.requestBegan();
    parts.metrics.begin();
  }

  note(facts: RequestFacts): void {
    this.#facts = { ...this.#facts, ...facts };
  }

  fail(error: unknown, problem: Problem): void {
    this.#failure = { error, problem };
  }

  /** Called once, when the last byte is out or the connection is gone. */
  end(): void {
    const durationMs = performance.now() - this.#begun;
    const aborted = !this.reply.raw.writableFinished;
    const statusCode = aborted ? CLIENT_CLOSED_REQUEST : this.reply.statusCode;
    const { method, url } = this.request;
    const query = url.indexOf('?');
    const path = query === -1 ? url : url.slice(0, query);
    const { lifecycle, metrics, lines, format } = this.parts;
    lifecycle.requestEnded();
    const exemplar = this.#span.isExported ? this.traceId : undefined;
    metrics.end(method, this.route, statusCode, durationMs, exemplar);
    if (this.#failure && statusCode >= 500) {
      metrics.exception(method, this.route, nameOf(this.#failure.error));
    }
    lines.write(
      format({
        method,
        path,
        statusCode,
        durationMs,
        requestId: this.requestId,
        isGivenId: this.request.headers['x-request-id'] === this.requestId,
        traceId: this.traceId,
        spanId: this.#span.ids.spanId,
        aborted,
        facts: this.#facts,
      }),
    );
    this.#span.end(path, statusCode, durationMs, this.#failure?.error);
  }
}

function nameOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.name : typeof error;
}
