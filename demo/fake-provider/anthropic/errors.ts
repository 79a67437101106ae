/** An answer other than 200, in Anthropic's words. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
}

/** Error types of https://platform.claude.com/docs/en/api/errors. */
const TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  500: 'api_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

const MESSAGES: Readonly<Record<number, string>> = {
  400: 'messages: this request is refused on purpose',
  401: 'invalid bearer token',
  403: 'Your API key does not have permission to use the specified resource',
  404: 'model: not found',
  413: 'Request exceeds the maximum size',
  429: 'This request would exceed your rate limit',
  500: 'Internal server error',
  529: 'Overloaded',
};

export function refusal(status: number): Refusal {
  return { status, message: MESSAGES[status] ?? 'Failed on purpose' };
}

export function errorBody({ status, message }: Refusal, requestId: string): string {
  const type = TYPES[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error');
  return JSON.stringify({ type: 'error', error: { type, message }, request_id: requestId });
}
