import { HttpException } from '@nestjs/common';
import { isUnavailable, isUnheldValue } from '../../database/index.js';
import { LeaseLostError } from '../../lease/index.js';
import { ClientGoneError } from '../client-gone.js';
import { Problem, conflict } from './problem.js';

/** Words for statuses that the framework answers by itself, before any of our code runs. */
const FRAMEWORK_PROBLEMS: Readonly<Record<number, { kind: string; detail: string }>> = {
  400: {
    kind: 'malformed-request',
    detail: 'The request could not be read: is the body valid JSON?',
  },
  403: { kind: 'forbidden', detail: 'This path is not served.' },
  404: { kind: 'not-found', detail: 'There is nothing at this path. GET / lists the endpoints.' },
  405: { kind: 'method-not-allowed', detail: 'This path does not take this method.' },
  413: { kind: 'body-too-large', detail: 'The request body is larger than this service accepts.' },
  414: { kind: 'path-too-long', detail: 'The path of the request is too long.' },
  415: { kind: 'unsupported-media-type', detail: 'Send the body as application/json.' },
  503: { kind: 'shutting-down', detail: 'The service is shutting down; try again.' },
};

/** What the framework holds against a request beyond these. */
const REFUSED = { kind: 'request-refused', detail: 'The request cannot be served as it is.' };

/** The kind of the problem that the database is. */
export const STORAGE_AWAY = 'storage-unavailable';

const INTERNAL = {
  status: 500,
  kind: 'internal-error',
  detail: 'Something went wrong here. The log has the reason under this trace_id.',
};

/**
 * Any thrown value as a problem. Only a `Problem` speaks for itself: the text of every other
 * error stays in the log, because it may hold internals or secrets.
 */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof ClientGoneError) return clientGone(error);
  if (error instanceof LeaseLostError) {
    return conflict(
      'superseded',
      'Another request took over meanwhile. Read the result and try again.',
    );
  }
  if (isUnavailable(error)) return storageAway(error);
  if (isUnheldValue(error)) return unheldValue(error);
  const status = statusOf(error);
  const known = FRAMEWORK_PROBLEMS[status] ?? (isCallers(status) && REFUSED);
  if (known) return new Problem({ status, ...known, cause: error });
  return new Problem({ ...INTERNAL, cause: error });
}

/** Nest's exceptions carry `getStatus()`, Fastify's and its body parser's `statusCode`. */
function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  if (typeof error === 'object' && error !== null && 'statusCode' in error) {
    return Number(error.statusCode);
  }
  return 500;
}

function isCallers(status: number): boolean {
  return Number.isInteger(status) && status >= 400 && status < 500;
}

/** Nobody reads this answer, but the log line and the metrics tell what happened. */
function clientGone(cause: unknown): Problem {
  const detail = 'The client closed the connection before it was answered.';
  return new Problem({ status: 499, kind: 'client-closed-request', detail, cause });
}

function storageAway(cause: unknown): Problem {
  return new Problem({
    status: 503,
    kind: STORAGE_AWAY,
    detail: 'The database cannot do its work at the moment. Try again.',
    headers: { 'retry-after': '5' },
    cause,
  });
}

function unheldValue(cause: unknown): Problem {
  const detail = 'A value of the request is none that the database can hold.';
  return new Problem({ status: 422, kind: 'invalid-request', detail, cause });
}
