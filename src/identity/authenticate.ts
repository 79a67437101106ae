import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { contextWithScope } from '../genai/scope/index.js';
import { Problem, sendProblem } from '../http/index.js';
import type { Caller } from './caller.js';
import { isLocalName } from './local-name.js';
import type { KeyRing } from './key-ring.js';
import type { Allowance, RateLimits } from './rate-limits.js';

/** Open to everybody: what a load balancer and a newcomer ask, and what tells nothing of anybody. */
const OPEN = /^\/(?:$|health(?:\/|$)|docs(?:\/|$|-)|openapi\.json$)/;
const METRICS = /^\/metrics$/;
/** What costs money. */
const CALLS: ReadonlySet<string | undefined> = new Set(['/chat', '/conversation', '/workflow']);

export interface AuthenticationOptions {
  readonly keys: Pick<KeyRing, 'isNeeded' | 'find' | 'findNew'>;
  readonly limits: Pick<RateLimits, 'call' | 'wrongKey'>;
  /** Whether `/metrics` is open as well. */
  readonly openMetrics: boolean;
  /** Whether a service without keys is meant for others than this machine. */
  readonly allowAnonymous: boolean;
}

const EVERYBODY: Caller = { role: 'admin' };

/**
 * Finds out who asks, before the body is read: strangers can upload nothing. Calls of models are
 * then made in the scope of the key.
 */
export function registerAuthentication(app: FastifyInstance, options: AuthenticationOptions): void {
  const { keys, limits, openMetrics, allowAnonymous } = options;
  const admit: Admit = (request, reply, caller, done) => {
    request.caller = caller;
    const { keyId: apiKeyId } = caller;
    if (apiKeyId !== undefined && request.telemetry)
      request.telemetry.context = contextWithScope(request.telemetry.context, { apiKeyId });
    // They tell what everybody spends.
    if (!openMetrics && caller.role !== 'admin' && request.routeOptions.url === '/metrics') {
      answer(request, reply, NOT_YOURS);
    } else if (request.method === 'POST' && CALLS.has(request.routeOptions.url)) {
      void orFail(count(request, reply, limits, done), done);
    } else done();
  };
  const isOpen = (path: string) => OPEN.test(path) || (openMetrics && METRICS.test(path));
  let local: string | undefined;
  app.decorateRequest('caller');
  app.addHook('onRequest', (request, reply, done) => {
    if (!keys.isNeeded) {
      const { host } = request.headers;
      // Most ask by the same name.
      if (allowAnonymous || host === local || isLocalName(host)) {
        local = host;
        admit(request, reply, EVERYBODY, done);
      } else answer(request, reply, MISDIRECTED);
      return;
    }
    const key = keyOf(request);
    const caller = keys.find(key ?? '');
    if (caller) admit(request, reply, caller, done);
    else if (isOpen(pathOf(request))) done();
    else if (key === undefined) answer(request, reply, UNAUTHORIZED);
    else void orFail(lookAgain(request, reply, key, options, admit, done), done);
  });
}

type Done = (error?: Error) => void;
type Admit = (request: FastifyRequest, reply: FastifyReply, caller: Caller, done: Done) => void;

/** The hook has no promise to reject: most requests need none. */
async function orFail(work: Promise<void>, done: (error: Error) => void): Promise<void> {
  try {
    await work;
  } catch (error) {
    done(error as Error);
  }
}

/** The same words for every reason: none of them helps who guesses. */
const UNAUTHORIZED = new Problem({
  status: 401,
  kind: 'unauthorized',
  detail: 'This needs an API key that is in force: Authorization: Bearer <key>.',
  headers: { 'www-authenticate': 'Bearer' },
});

const MISDIRECTED = new Problem({
  status: 421,
  kind: 'misdirected',
  detail:
    'Without API keys this service answers only to names of its machine, such as localhost. ' +
    'Set API_KEYS, or ALLOW_ANONYMOUS=true to let everybody in.',
});

const NOT_YOURS = new Problem({
  status: 403,
  kind: 'forbidden',
  detail: 'This needs an API key with the role admin.',
});

function pathOf({ url }: FastifyRequest): string {
  return url.split('?', 1)[0] ?? '';
}

/** A proxy may be told any text for an address; a row of the limits holds 255 characters. */
function addressOf({ ip }: FastifyRequest): string {
  return ip.slice(0, 64);
}

function keyOf({ headers }: FastifyRequest): string | undefined {
  return /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
}

async function count(
  request: FastifyRequest,
  reply: FastifyReply,
  limits: AuthenticationOptions['limits'],
  done: () => void,
): Promise<void> {
  const { keyId } = request.caller ?? {};
  const left = await limits.call(
    keyId === undefined ? `address ${addressOf(request)}` : `key ${keyId}`,
  );
  if (!left) return done();
  void reply.headers({
    'ratelimit-limit': left.limit,
    'ratelimit-remaining': left.remaining,
    'ratelimit-reset': left.resetSeconds,
  });
  if (left.allowed) return done();
  answer(request, reply, tooMany(left, `${left.limit} calls of models in a minute are allowed.`));
}

/** A key that is not known: just made by another process, or wrong. */
async function lookAgain(
  request: FastifyRequest,
  reply: FastifyReply,
  key: string,
  { keys, limits }: AuthenticationOptions,
  admit: Admit,
  done: Done,
): Promise<void> {
  const caller = await keys.findNew(key);
  if (caller) return admit(request, reply, caller, done);
  const left = await limits.wrongKey(addressOf(request));
  answer(
    request,
    reply,
    left.allowed ? UNAUTHORIZED : tooMany(left, 'Too many wrong API keys came from this address.'),
  );
}

function tooMany({ resetSeconds }: Allowance, detail: string): Problem {
  const headers = { 'retry-after': String(resetSeconds) };
  return new Problem({ status: 429, kind: 'rate-limited', detail, headers });
}

function answer(request: FastifyRequest, reply: FastifyReply, problem: Problem): void {
  sendProblem(reply, problem, request.telemetry?.traceId);
}
