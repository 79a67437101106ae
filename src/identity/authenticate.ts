import { context } from '@opentelemetry/api';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { contextWithScope } from '../genai/scope/index.js';
import { Problem } from '../http/index.js';
import type { Caller } from './caller.js';
import type { KeyRing } from './key-ring.js';

/** Open to everybody: what a load balancer and a newcomer ask, and what tells nothing of anybody. */
const OPEN = /^\/(?:$|health(?:\/|$)|docs(?:\/|$|-)|openapi\.json$)/;
const METRICS = /^\/metrics$/;

export interface AuthenticationOptions {
  readonly keys: Pick<KeyRing, 'isNeeded' | 'find'>;
  /** Whether `/metrics` is open as well. */
  readonly openMetrics: boolean;
}

const EVERYBODY: Caller = { role: 'admin' };

/**
 * Finds out who asks, before the body is read: strangers can upload nothing. Calls of models are
 * then made in the scope of the key.
 */
export function registerAuthentication(app: FastifyInstance, options: AuthenticationOptions): void {
  app.decorateRequest('caller');
  app.addHook('onRequest', (request, reply, done) => {
    const path = request.url.split('?', 1)[0] ?? '';
    if (!options.keys.isNeeded) request.caller = EVERYBODY;
    else request.caller = options.keys.find(keyOf(request) ?? '');
    if (request.caller || OPEN.test(path) || (options.openMetrics && METRICS.test(path))) done();
    else refuse(request, reply);
  });
  // Not earlier: reading a body ends the async context of the hooks before it.
  app.addHook('preHandler', (request, _, done) => {
    const apiKeyId = request.caller?.keyId;
    if (apiKeyId === undefined) done();
    else context.with(contextWithScope(context.active(), { apiKeyId }), done);
  });
}

function keyOf({ headers }: FastifyRequest): string | undefined {
  return /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
}

/** The same words for every reason: none of them helps who guesses. */
function refuse(request: FastifyRequest, reply: FastifyReply): void {
  const problem = new Problem({
    status: 401,
    kind: 'unauthorized',
    detail: 'This needs an API key that is in force: Authorization: Bearer <key>.',
  });
  void reply
    .status(problem.status)
    .header('www-authenticate', 'Bearer')
    .type('application/problem+json')
    .send(JSON.stringify(problem.toDocument(request.telemetry?.traceId)));
}
