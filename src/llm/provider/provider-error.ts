import { Redactor } from '../../genai/redaction/index.js';
import { Problem } from '../../http/index.js';

/** What went wrong at the provider, in kinds that a caller can act on. */
export type ProviderErrorKind =
  | 'authentication'
  | 'permission'
  | 'invalid_request'
  | 'model_not_found'
  | 'too_large'
  | 'rate_limited'
  | 'overloaded'
  | 'server_error'
  | 'connection'
  | 'timeout'
  | 'cancelled'
  | 'malformed_answer';

export interface ProviderErrorOptions {
  readonly kind: ProviderErrorKind;
  readonly provider: string;
  /** OpenTelemetry's `error.type`: the HTTP status, or the kind where there was none. */
  readonly errorType?: string;
  /** The provider's own words; told to the caller only where they are about the request. */
  readonly message?: string;
  /** From the provider's `retry-after`, whole seconds. */
  readonly retryAfterSeconds?: number;
  /** The provider's id of the failed request, for its support. */
  readonly requestId?: string;
  readonly cause?: unknown;
}

let redactor = new Redactor();

/** Rules of the operator's own are for what providers say as well. */
export function redactProviderErrors(by: Redactor): void {
  redactor = by;
}

/** A failed call of a provider, whichever SDK made it. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  readonly kind: ProviderErrorKind;
  readonly provider: string;
  readonly errorType: string;
  readonly retryAfterSeconds?: number;
  readonly requestId?: string;

  constructor(options: ProviderErrorOptions) {
    // Providers repeat what they were sent, the key included; this goes to callers and the database.
    super(redactor.redact(options.message ?? options.kind), { cause: options.cause });
    this.kind = options.kind;
    this.provider = options.provider;
    this.errorType = options.errorType ?? options.kind;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.requestId = options.requestId;
  }

  /**
   * Whether the provider may have billed the call all the same: it answered, or was still at
   * work when the connection ended. A refusal is not billed.
   */
  get mayBeBilled(): boolean {
    return ['connection', 'timeout', 'cancelled', 'malformed_answer'].includes(this.kind);
  }
}

interface Mapping {
  readonly status: number;
  readonly kind: string;
  readonly detail: (error: ProviderError) => string;
}

/**
 * The provider's failure as the caller's answer. A wrong key or missing permission is this
 * service's fault, not the caller's (502); only a refused request is theirs (422).
 */
const MAPPINGS: Readonly<Record<ProviderErrorKind, Mapping>> = {
  authentication: {
    status: 502,
    kind: 'provider-authentication',
    detail: (e) => `${e.provider} refused this service's API key. The operator has to check it.`,
  },
  permission: {
    status: 502,
    kind: 'provider-permission',
    detail: (e) => `${e.provider} does not allow this service's API key to do this.`,
  },
  invalid_request: {
    status: 422,
    kind: 'provider-refused',
    detail: (e) => `${e.provider} refused the request: ${e.message}`,
  },
  model_not_found: {
    status: 422,
    kind: 'model-not-found',
    detail: (e) => `${e.provider} does not know this model: ${e.message}`,
  },
  too_large: {
    status: 413,
    kind: 'provider-body-too-large',
    detail: (e) => `The request is larger than ${e.provider} accepts.`,
  },
  rate_limited: {
    status: 429,
    kind: 'provider-rate-limited',
    detail: (e) => `${e.provider} limits the rate of requests. Try again after the time given.`,
  },
  overloaded: {
    status: 503,
    kind: 'provider-overloaded',
    detail: (e) => `${e.provider} is overloaded. Try again in a moment.`,
  },
  server_error: {
    status: 502,
    kind: 'provider-failed',
    detail: (e) => `${e.provider} failed to answer, also after retries. Try again.`,
  },
  connection: {
    status: 502,
    kind: 'provider-unreachable',
    detail: (e) => `The connection to ${e.provider} failed, also after retries. Try again.`,
  },
  timeout: {
    status: 504,
    kind: 'provider-timeout',
    detail: (e) => `${e.provider} did not answer in time.`,
  },
  cancelled: {
    status: 499,
    kind: 'client-closed-request',
    detail: () => 'The client closed the connection before it was answered.',
  },
  malformed_answer: {
    status: 502,
    kind: 'provider-malformed-answer',
    detail: (e) => `${e.provider} sent an answer that could not be read.`,
  },
};

/** Where a refused field is known, it is named as the caller sent it. */
const FIELD_OF_KIND: Partial<Record<ProviderErrorKind, string>> = { model_not_found: 'model' };

export function problemOf(error: ProviderError): Problem {
  const { status, kind, detail } = MAPPINGS[error.kind];
  const path = FIELD_OF_KIND[error.kind] ?? refusedField(error);
  return new Problem({
    status,
    kind,
    detail: detail(error),
    errors: status === 422 ? [{ path, message: error.message }] : undefined,
    extensions: {
      provider: error.provider,
      ...(error.requestId && { provider_request_id: error.requestId }),
    },
    headers: retryHeader(error),
    cause: error,
  });
}

/** Providers begin the message with the path of the field: `max_tokens: must be …`. */
function refusedField(error: ProviderError): string {
  return /^([a-z_]+)[.:]/.exec(error.message)?.[1] ?? '';
}

/** 429 and 503 always say when to come back; a second is the shortest there is. */
function retryHeader(error: ProviderError): Record<string, string> {
  const { status } = MAPPINGS[error.kind];
  if (status !== 429 && status !== 503) return {};
  return { 'retry-after': String(Math.max(1, error.retryAfterSeconds ?? 1)) };
}
