import { STATUS_CODES, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance, preParsingHookHandler } from 'fastify';
import { Problem } from './problem/problem.js';

/**
 * Limits of time and size for what a stranger may send; long answers are not held to them.
 * @see https://nodejs.org/api/http.html#serverrequesttimeout
 */
export const SERVER_LIMITS = {
  /** For a whole request to arrive: who sends a byte a second holds no socket for long. */
  requestTimeout: 30_000,
  /** Longer than proxies keep theirs (60 s is usual), so that none is closed in a proxy's face. */
  keepAliveTimeout: 72_000,
  // How often the two timeouts are looked after: Node's default is as long as the longer of them.
  http: { headersTimeout: 15_000, maxHeaderSize: 16_384, connectionsCheckingInterval: 2_000 },
} as const;

/** Answers are data: a browser must neither guess their type nor run, frame or remember them. */
export const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

/** Swagger UI sets itself up by a script in its page, and needs nothing from elsewhere. */
const OF_DOCS = {
  ...SECURITY_HEADERS,
  'content-security-policy':
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'",
  'cache-control': 'no-cache',
};

export function registerSecurityHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    void reply.headers(request.url.startsWith('/docs') ? OF_DOCS : SECURITY_HEADERS);
    done();
  });
}

/** The parser takes every body for plain UTF-8: what says that it is another would be misread. */
export function refuseEncodedBodies(app: FastifyInstance): void {
  const refuse: preParsingHookHandler = ({ headers }, _, payload, done) => {
    const { 'content-encoding': encoding = 'identity', 'content-type': type = '' } = headers;
    const charset = /;\s*charset\s*=\s*"?([^\s";]*)/i.exec(type)?.[1] ?? 'utf-8';
    if (/^identity$/i.test(encoding) && /^utf-?8$/i.test(charset)) done(null, payload);
    else done(ENCODED);
  };
  // Routes without a body are spared the hook.
  app.addHook('onRoute', (route) => {
    if (route.method !== 'GET' && route.method !== 'HEAD') route.preParsing = refuse;
  });
}

const ENCODED = new Problem({
  status: 415,
  kind: 'unsupported-media-type',
  detail: 'Send the body in UTF-8, and not compressed.',
  headers: { 'accept-encoding': 'identity' },
});

/** What the parser refuses never becomes a request: it is answered here, in the form of the rest. */
export function clientErrorHandler(
  this: Pick<Server, 'maxHeadersCount'>,
  error: Error & { code?: string },
  socket: Socket,
): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const status = STATUS_OF[error.code ?? ''] ?? 400;
  const body = JSON.stringify({
    type: `urn:spanledger:problem:${KIND_OF[status] ?? 'malformed-request'}`,
    title: STATUS_CODES[status],
    status,
    detail: DETAIL_OF[status] ?? 'What came is no HTTP request.',
  });
  if (socket.writable) {
    const headers = {
      ...SECURITY_HEADERS,
      'content-type': 'application/problem+json',
      'content-length': Buffer.byteLength(body),
      connection: 'close',
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`);
  }
  socket.destroySoon();
}

const STATUS_OF: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};
const KIND_OF: Readonly<Record<number, string>> = { 431: 'headers-too-large', 408: 'too-slow' };
const DETAIL_OF: Readonly<Record<number, string>> = {
  431: `The headers of the request are larger than ${SERVER_LIMITS.http.maxHeaderSize} bytes.`,
  408: 'The request took too long to arrive.',
};
