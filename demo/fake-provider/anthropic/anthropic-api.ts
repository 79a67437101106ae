import type { IncomingHttpHeaders } from 'node:http';
import type { Behaviour } from '../options.ts';
import { Random } from '../random.ts';
import { checkBody, checkHeaders } from './check.ts';
import { errorBody, refusal, type Refusal } from './errors.ts';
import { message } from './message.ts';
import { PromptCache } from './usage.ts';
import type { MessagesRequest } from './wire.ts';

export interface ApiRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
  /** The body as received: what answers are derived from. */
  readonly text: string;
}

export interface ApiAnswer {
  readonly status: number;
  readonly json: string;
  readonly requestId: string;
}

/** Requests that are told apart by how often they came; beyond this many, not any more. */
const REMEMBERED_REQUESTS = 100_000;

/** Anthropic's Messages API, as `@anthropic-ai/sdk` 1.11 sends and reads it. */
export class AnthropicApi {
  readonly #cache = new PromptCache();
  readonly #occurrences = new Map<string, number>();

  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  answer(request: ApiRequest, behaviour: Behaviour): ApiAnswer {
    const random = new Random(
      this.#seed,
      request.path,
      request.text,
      this.#occurrence(request.text),
    );
    const requestId = `req_${random.hex.slice(40, 64)}`;
    const counting = request.path === '/v1/messages/count_tokens';
    const refused =
      checkHeaders(request.headers) ??
      (counting || request.path === '/v1/messages' ? undefined : notFound(request.path)) ??
      checkBody(request.body, counting);
    if (refused) return { status: refused.status, json: errorBody(refused, requestId), requestId };

    const body = request.body as MessagesRequest;
    const usage = this.#cache.usageOf(body);
    if (counting) {
      const input_tokens =
        usage.input_tokens + usage.cache_read_input_tokens + usage.cache_creation_input_tokens;
      return { status: 200, json: JSON.stringify({ input_tokens }), requestId };
    }
    return {
      status: 200,
      json: JSON.stringify(message(body, usage, behaviour, random)),
      requestId,
    };
  }

  /** The error that a switched-on fault asks for. */
  refuse(status: number, text: string): ApiAnswer {
    const requestId = `req_${new Random(this.#seed, 'refused', text).hex.slice(0, 24)}`;
    return { status, json: errorBody(refusal(status), requestId), requestId };
  }

  /** The same request sent twice is two calls: their answers have different ids. */
  #occurrence(text: string): number {
    const before = this.#occurrences.get(text) ?? 0;
    if (before > 0 || this.#occurrences.size < REMEMBERED_REQUESTS) {
      this.#occurrences.set(text, before + 1);
    }
    return before;
  }
}

function notFound(path: string): Refusal {
  return { status: 404, message: `Not found: ${path}` };
}
