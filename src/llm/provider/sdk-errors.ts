import { ClientGoneError } from '../../http/index.js';
import { retryAfterSeconds } from './patience.js';
import { ProviderError, type ProviderErrorKind } from './provider-error.js';

/** An error of either SDK that the API answered with; both are generated from the same mould. */
export interface SdkApiError extends Error {
  /** HTTP status; undefined of an error event in a stream. */
  readonly status: number | undefined;
  readonly headers: Headers | undefined;
  readonly requestID: string | null | undefined;
}

type ErrorClass<E extends Error> = abstract new (...args: never[]) => E;

/** How one SDK's errors are read. */
export interface SdkErrors<E extends SdkApiError> {
  readonly provider: string;
  readonly ApiError: ErrorClass<E>;
  readonly ConnectionError: ErrorClass<Error>;
  readonly TimeoutError: ErrorClass<Error>;
  /** Kinds by status, over those that all vendors share. */
  readonly kinds: Readonly<Record<number, ProviderErrorKind>>;
  /** The vendor's own words. */
  messageOf(error: E): string | undefined;
  /** The kind of an error event in a stream, which has no status. */
  kindOfEvent(error: E): ProviderErrorKind;
}

const SHARED_KINDS: Readonly<Record<number, ProviderErrorKind>> = {
  401: 'authentication',
  403: 'permission',
  404: 'model_not_found',
  408: 'timeout',
  413: 'too_large',
  429: 'rate_limited',
  504: 'timeout',
};

/** Whatever an SDK throws, as the kinds that this service answers by. */
export function toProviderError<E extends SdkApiError>(
  sdk: SdkErrors<E>,
  error: unknown,
  signal: AbortSignal,
): ProviderError {
  const { provider } = sdk;
  const failed = (kind: ProviderErrorKind) => new ProviderError({ kind, provider, cause: error });
  if (error instanceof ProviderError) return error;
  if (signal.aborted) {
    return failed(signal.reason instanceof ClientGoneError ? 'cancelled' : 'timeout');
  }
  if (error instanceof sdk.TimeoutError) return failed('timeout');
  if (error instanceof sdk.ConnectionError) return failed('connection');
  if (error instanceof sdk.ApiError) return refused(sdk, error);
  // After the headers SDKs let the body's own error through: JSON that is none, or a cut.
  return failed(isUnreadable(error) ? 'malformed_answer' : 'connection');
}

/** JSON that is none, or JSON that the SDK trips over; a cut is a TypeError with a cause. */
function isUnreadable(error: unknown): boolean {
  if (error instanceof SyntaxError) return true;
  return error instanceof TypeError && error.cause === undefined;
}

function refused<E extends SdkApiError>(sdk: SdkErrors<E>, error: E): ProviderError {
  const { status, headers } = error;
  const retryAfter = headers ? retryAfterSeconds(headers) : 0;
  const kind =
    status === undefined
      ? sdk.kindOfEvent(error)
      : (sdk.kinds[status] ??
        SHARED_KINDS[status] ??
        (status < 500 ? 'invalid_request' : 'server_error'));
  return new ProviderError({
    kind,
    provider: sdk.provider,
    errorType: status === undefined ? kind : String(status),
    message: sdk.messageOf(error),
    retryAfterSeconds: retryAfter > 0 ? Math.ceil(retryAfter) : undefined,
    requestId: error.requestID ?? undefined,
    cause: error,
  });
}
