import { APIConnectionError, APIConnectionTimeoutError, APIError } from '@anthropic-ai/sdk';
import type { SdkErrors } from '../provider/sdk-errors.js';

/** Errors of https://platform.claude.com/docs/en/api/errors. */
export const anthropicErrors: SdkErrors<APIError> = {
  provider: 'anthropic',
  ApiError: APIError,
  ConnectionError: APIConnectionError,
  TimeoutError: APIConnectionTimeoutError,
  kinds: { 529: 'overloaded' },
  messageOf: ({ apiMessage }) => apiMessage ?? undefined,
  kindOfEvent: ({ type }) => {
    if (type === 'overloaded_error') return 'overloaded';
    return type === 'rate_limit_error' ? 'rate_limited' : 'server_error';
  },
};
