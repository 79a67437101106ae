import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { Problem, SECURITY_HEADERS } from '../http/index.js';
import { UNMATCHED } from './metrics/http-metrics.js';
import type { RequestTelemetryParts } from './request-telemetry.hooks.js';

/** What waits for a model, and so is held in memory for seconds. */
const CALLS: ReadonlySet<string> = new Set(['/chat', '/conversation', '/workflow']);
/** Short: what is in hand ends all the time. */
const RETRY_AFTER_S = '1';

/**
 * Refuses calls of models beyond so many at once: what more there were would make all of them late
 * and take memory without end. Probes, scrapes and reports are cheap, and always answered.
 *
 * It stands before the framework, because what is shed comes in thousands a second and must leave
 * the time to those in hand: routing, hooks and a span would cost twice as much as the refusal. It
 * is counted and has its line like any other request.
 */
export function shedBeyond(server: Server, most: number, parts: RequestTelemetryParts): void {
  const [next] = server.listeners('request') as RequestListener[];
  if (!next) throw new Error('Shedding needs a server that already has its listener');
  const problem = new Problem({
    status: 503,
    kind: 'overloaded',
    detail: `This process has ${most} calls of models in hand already; try again.`,
  });
  let calls = 0;
  server.removeListener('request', next);
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const path = callOf(request);
    if (path === undefined) return next(request, response);
    if (calls < most) {
      calls += 1;
      response.once('close', () => (calls -= 1));
      return next(request, response);
    }
    refuse(path, response, problem, parts);
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
  const requestId = randomUUID();
  const traceId = requestId.replaceAll('-', '');
  const { status: statusCode } = problem;
  response.writeHead(statusCode, {
    ...SECURITY_HEADERS,
    'content-type': 'application/problem+json',
    'retry-after': RETRY_AFTER_S,
    'x-request-id': requestId,
  });
  response.end(JSON.stringify(problem.toDocument(traceId)));
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
