/** An answer other than 200, in OpenAI's words. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
  readonly param?: string;
  readonly code?: string;
}

/** Statuses of https://platform.openai.com/docs/guides/error-codes, and those of compatible ones. */
const KNOWN: Readonly<Record<number, Omit<Refusal, 'status'> & { readonly type: string }>> = {
  400: { type: 'invalid_request_error', message: 'This request is refused on purpose' },
  401: {
    type: 'invalid_request_error',
    message: 'Incorrect API key provided',
    code: 'invalid_api_key',
  },
  403: { type: 'permission_error', message: 'You are not allowed to do this' },
  404: {
    type: 'invalid_request_error',
    message: 'The model does not exist',
    code: 'model_not_found',
  },
  429: { type: 'rate_limit_error', message: 'Rate limit reached', code: 'rate_limit_exceeded' },
  500: { type: 'server_error', message: 'The server had an error' },
  503: { type: 'server_error', message: 'The engine is currently overloaded', code: 'overloaded' },
};

export function refusal(status: number): Refusal {
  const { message = 'Failed on purpose', code } = KNOWN[status] ?? {};
  return { status, message, code };
}

export function errorBody({ status, message, param, code }: Refusal): object {
  const type = KNOWN[status]?.type ?? (status < 500 ? 'invalid_request_error' : 'server_error');
  return { error: { message, type, param: param ?? null, code: code ?? null } };
}
