import { APIConnectionError, APIConnectionTimeoutError, APIError } from '@anthropic-ai/sdk';
import { ClientGoneError } from '../../http/index.js';
import { retryAfterSeconds } from '../provider/patience.js';
import { ProviderError, type ProviderErrorKind } from '../provider/provider-error.js';

const PROVIDER = 'anthropic';

/** Statuses of https://platform.claude.com/docs/en/api/errors; the rest is by hundreds. */
const KIND_OF_STATUS: Readonly<Record<number, ProviderErrorKind>> = {
  401: 'authentication',
  403: 'permission',
  404: 'model_not_found',
  408: 'timeout',
  413: 'too_large',
  429: 'rate_limited',
  504: 'timeout',
  529: 'overloaded',
};

/** Whatever the SDK throws, as the kinds that this service answers by. */
export function toProviderError(error: unknown, signal: AbortSignal): ProviderError {
  if (error instanceof ProviderError) return error;
  if (signal.aborted) return ended(signal.reason, error);
  if (error instanceof APIConnectionTimeoutError) return failed('timeout', error);
  if (error instanceof APIConnectionError) return failed('connection', error);
  if (error instanceof APIError && error.status !== undefined) return refused(error);
  // After the headers the SDK lets the body's own error through: JSON that is none, or a cut.
  return failed(error instanceof SyntaxError ? 'malformed_answer' : 'connection', error);
}

/** The signal ends a call for one of two reasons: the client left, or the deadline passed. */
function ended(reason: unknown, cause: unknown): ProviderError {
  return failed(reason instanceof ClientGoneError ? 'cancelled' : 'timeout', cause);
}

function failed(kind: ProviderErrorKind, cause: unknown): ProviderError {
  return new ProviderError({ kind, provider: PROVIDER, cause });
}

function refused(error: APIError): ProviderError {
  const status = Number(error.status);
  const retryAfter = error.headers ? retryAfterSeconds(error.headers) : 0;
  return new ProviderError({
    kind: KIND_OF_STATUS[status] ?? (status < 500 ? 'invalid_request' : 'server_error'),
    provider: PROVIDER,
    errorType: String(status),
    message: error.apiMessage ?? undefined,
    retryAfterSeconds: retryAfter > 0 ? Math.ceil(retryAfter) : undefined,
    requestId: error.requestID ?? undefined,
    cause: error,
  });
}
