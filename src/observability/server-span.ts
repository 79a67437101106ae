import {
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  propagation,
  trace,
  type Attributes,
  type Context,
  type SpanContext,
} from '@opentelemetry/api';
import type { FastifyRequest } from 'fastify';
import type { FinishedSpan, SpanRecorder } from '../genai/install/index.js';
import { randomSpanId, randomTraceId } from '../genai/spans/index.js';

const OK = { code: SpanStatusCode.UNSET };
const FAILED = { code: SpanStatusCode.ERROR };

/**
 * The span of one request, named by route template as OpenTelemetry's HTTP conventions have it.
 * Recorded here, at its end, it costs less than what an instrumentation of HTTP makes.
 *
 * Where nothing is exported the request gets ids all the same, so that its answer, its log line and
 * its entries in the ledger can be brought together.
 */
export class ServerSpan {
  readonly ids: SpanContext;
  /** What the handler runs in. */
  readonly context: Context;
  readonly #parent: SpanContext | undefined;
  readonly #shape: Shape;
  readonly #startMs = Date.now();

  constructor(
    private readonly request: FastifyRequest,
    route: string,
    private readonly recorder: SpanRecorder | undefined,
    base: Context,
  ) {
    const { headers, method } = request;
    const parent = headers.traceparent === undefined ? base : propagation.extract(base, headers);
    this.#parent = trace.getSpanContext(parent);
    this.#shape = shapeOf(method, route);
    const { name, attributes } = this.#shape;
    this.ids =
      recorder?.begin(name, SpanKind.SERVER, attributes, parent) ?? unrecorded(this.#parent);
    this.context = trace.setSpanContext(parent, this.ids);
  }

  /** Whether somebody will find it. */
  get isExported(): boolean {
    return (this.ids.traceFlags & TraceFlags.SAMPLED) !== 0;
  }

  end(path: string, statusCode: number, durationMs: number, error: unknown): void {
    if (!this.recorder || !this.isExported) return;
    const failed = statusCode >= 500;
    // Named one by one, they are written in one go; spread out of the shape, they are not.
    const attributes: Attributes = {
      'http.request.method': this.#shape.method,
      'http.route': this.#shape.route,
      'url.path': path,
      'url.scheme': this.request.protocol,
      'http.response.status_code': statusCode,
    };
    if (failed) attributes['error.type'] = String(statusCode);
    this.recorder.end({
      ids: this.ids,
      parent: this.#parent,
      name: this.#shape.name,
      kind: SpanKind.SERVER,
      startMs: this.#startMs,
      durationMs,
      attributes,
      status: failed ? FAILED : OK,
      events: failed && error instanceof Error ? [exceptionEvent(error)] : [],
    });
  }
}

function unrecorded(parent: SpanContext | undefined): SpanContext {
  return {
    traceId: parent?.traceId ?? randomTraceId(),
    spanId: randomSpanId(),
    traceFlags: TraceFlags.NONE,
  };
}

/** As the SDK's `recordException` writes it. */
function exceptionEvent({ name, message, stack }: Error): FinishedSpan['events'][number] {
  const now = Date.now();
  return {
    name: 'exception',
    time: [Math.floor(now / 1000), (now % 1000) * 1e6],
    attributes: {
      'exception.type': name,
      'exception.message': message,
      'exception.stacktrace': stack,
    },
  };
}

/** What all requests of a method and a route have in common. */
interface Shape {
  readonly method: string;
  readonly route: string;
  readonly name: string;
  /** As far as they are known at the beginning. */
  readonly attributes: Attributes;
}

const shapes = new Map<string, Map<string, Shape>>();

/** Put together once: both are of a short list, and texts that are known are looked up faster. */
function shapeOf(method: string, route: string): Shape {
  let ofRoute = shapes.get(route);
  if (!ofRoute) shapes.set(route, (ofRoute = new Map()));
  let shape = ofRoute.get(method);
  if (!shape) {
    const attributes = { 'http.request.method': method, 'http.route': route };
    shape = { method, route, name: `${method} ${route}`, attributes };
    ofRoute.set(method, shape);
  }
  return shape;
}
