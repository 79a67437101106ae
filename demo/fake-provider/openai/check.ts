import type { IncomingHttpHeaders } from 'node:http';
import type { Refusal } from './errors.ts';
import type { ChatRequest, ResponsesRequest } from './wire.ts';

/** What the real API refuses before it looks at the content. */
export function checkHeaders(headers: IncomingHttpHeaders): Refusal | undefined {
  if (/^Bearer \S+/.test(headers.authorization ?? '')) return undefined;
  return { status: 401, message: 'Incorrect API key provided', code: 'invalid_api_key' };
}

export function checkChat(body: unknown): Refusal | undefined {
  const fault = checkModel(body);
  if (fault) return fault;
  const { messages, max_completion_tokens, max_tokens } = body as Partial<ChatRequest>;
  if (!Array.isArray(messages) || messages.length === 0) {
    return invalid('messages', "Missing required parameter: 'messages'.");
  }
  const limit = max_completion_tokens ?? max_tokens;
  return checkLimit(limit, 'max_completion_tokens', 1);
}

export function checkResponses(body: unknown): Refusal | undefined {
  const fault = checkModel(body);
  if (fault) return fault;
  const { input, max_output_tokens } = body as Partial<ResponsesRequest>;
  if (input === undefined || input.length === 0) {
    return invalid('input', "Missing required parameter: 'input'.");
  }
  return checkLimit(max_output_tokens, 'max_output_tokens', 16);
}

function checkModel(body: unknown): Refusal | undefined {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return { status: 400, message: 'We could not parse the JSON body of your request.' };
  }
  const { model } = body as { model?: unknown };
  if (typeof model === 'string' && model !== '') return undefined;
  return invalid('model', 'you must provide a model parameter');
}

/** The responses API takes no fewer than 16 tokens. */
function checkLimit(value: unknown, param: string, least: number): Refusal | undefined {
  if (value === undefined || (Number.isInteger(value) && Number(value) >= least)) return undefined;
  return invalid(param, `Invalid '${param}': integer below minimum value.`);
}

function invalid(param: string, message: string): Refusal {
  return { status: 400, message, param };
}
