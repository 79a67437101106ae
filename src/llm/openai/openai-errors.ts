import { APIConnectionError, APIConnectionTimeoutError, APIError } from 'openai';
import type { SdkErrors } from '../provider/sdk-errors.js';

/** What OpenAI calls the fields that callers know by other names. */
const CALLERS_NAMES: Readonly<Record<string, string>> = {
  max_completion_tokens: 'max_tokens',
  max_output_tokens: 'max_tokens',
  input: 'message',
  messages: 'message',
  instructions: 'system',
};

/** Errors of https://platform.openai.com/docs/guides/error-codes, and of compatible APIs. */
export function openaiErrors(provider: string): SdkErrors<APIError> {
  return {
    provider,
    ApiError: APIError,
    ConnectionError: APIConnectionError,
    TimeoutError: APIConnectionTimeoutError,
    kinds: { 503: 'overloaded' },
    messageOf: ({ error, param, message }) => {
      const words = wordsOf(error) ?? message;
      // The field comes beside the message; `problemOf` looks for it in front.
      return param ? `${CALLERS_NAMES[param] ?? param}: ${words}` : words;
    },
    kindOfEvent: ({ code, type }) =>
      code === 'rate_limit_exceeded' || type === 'rate_limit_error'
        ? 'rate_limited'
        : 'server_error',
  };
}

function wordsOf(error: unknown): string | undefined {
  const message = (error as { message?: unknown } | undefined)?.message;
  return typeof message === 'string' ? message : undefined;
}
