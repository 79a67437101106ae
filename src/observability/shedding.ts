import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { FastifyInstance, preValidationHookHandler } from 'fastify';
import { randomTraceId } from '../genai/spans/index.js';
import { Problem, SECURITY_HEADERS, sendProblem } from '../http/index.js';
import type { Lifecycle } from './lifecycle.js';
import { UNMATCHED } from './metrics/http-metrics.js';
import type { RequestTelemetryParts } from './request-telemetry.hooks.js';

/** What waits for a model, and so is held in memory for seconds. */
const CALLS: ReadonlySet<string> = new Set(['/chat', '/conversation', '/workflow']);
/** Short: what is in hand ends all the time. */
const RETRY_AFTER_S = '1';

/** The calls of models that are in hand, and whether there is room for one more. */
export class Room {
  #calls = 0;
  readonly problem: Problem;

  constructor(private readonly most: number) {
    this.problem = new Problem({
      status: 503,
      kind: 'overloaded',
      detail: `This process has ${most} calls of models in hand already; try again.`,
      headers: { 'retry-after': RETRY_AFTER_S },
    });
  }

  get full(): boolean {
    return this.#calls >= this.most;
  }

  /** One call more, until its answer is out or its client gone. */
  take(response: ServerResponse): void {
    if (response.closed) return;
    this.#calls += 1;
    response.once('close', () => (this.#calls -= 1));
  }
}

/**
 * Gives room to calls of models whose body has come: one who sends half of it, and waits, must not
 * keep out those who send theirs whole.
 */
export function registerRoom(app: FastifyInstance, room: Room, lifecycle: Lifecycle): void {
  const takeOn: preValidationHookHandler = (request, reply, done) => {
    if (!room.full) {
      room.take(reply.raw);
      return done();
    }
    lifecycle.shed();
    sendProblem(reply, room.problem, request.telemetry?.traceId);
  };
  // Other routes are spared the hook.
  app.addHook('onRoute', (route) => {
    if (route.method === 'POST' && CALLS.has(route.url)) route.preValidation = takeOn;
  });
}

/**
 * Refuses calls of models while there is no room: what more there were would make all of them late
 * and take memory without end. Probes, scrapes and reports are cheap, and always answered.
 *
 * It stands before the framework, because what is shed comes in thousands a second and must leave
 * the time to those in hand: routing, hooks and a span would cost twice as much as the refusal. It
 * is counted and has its line like any other request.
 */
export function shedBeyond(server: Server, room: Room, parts: RequestTelemetryParts): void {
  const [next] = server.listeners('request') as RequestListener[];
  if (!next) throw new Error('Shedding needs a server that already has its listener');
  server.removeListener('request', next);
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const path = room.full ? callOf(request) : undefined;
    if (path === undefined) next(request, response);
    else refuse(path, response, room.problem, parts);
  });
}

/** A path that the router may read otherwise than it is written. */
const UNUSUAL = /[%#;]|^[^/]/;

/** The path of a call of a model, or of what may be one; undefined of everything else. */
function callOf({ method, url = '' }: IncomingMessage): string | undefined {
  if (method !== 'POST') return undefined;
  const query = url.indexOf('?');
  const path = query === -1 ? url : url.slice(0, query);
  if (CALLS.has(path)) return path;
  return UNUSUAL.test(path) ? UNMATCHED : undefined;
}

function refuse(
  path: string,
  response: ServerResponse,
  problem: Problem,
  { lifecycle, metrics, lines, format }: RequestTelemetryParts,
): void {
  const requestId = randomTraceId();
  const traceId = randomTraceId();
  const { status: statusCode } = problem;
  const body = JSON.stringify(problem.toDocument(traceId));
  response.writeHead(statusCode, {
    ...SECURITY_HEADERS,
    'content-type': 'application/problem+json',
    'content-length': Buffer.byteLength(body),
    ...problem.headers,
    'x-request-id': requestId,
  });
  response.end(body);
  lifecycle.shed();
  metrics.shed('POST', path, statusCode);
  lines.write(
    format({
      method: 'POST',
      path,
      statusCode,
      durationMs: 0,
      requestId,
      isGivenId: false,
      traceId,
      spanId: traceId.slice(16),
      aborted: false,
      facts: undefined,
    }),
  );
}
