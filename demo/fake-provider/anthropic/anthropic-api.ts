import type { Api, ApiAnswer, ApiRequest } from '../api.ts';
import { Occurrences } from '../occurrences.ts';
import type { Behaviour } from '../options.ts';
import { Random } from '../random.ts';
import { frame } from '../sse.ts';
import { checkBody, checkHeaders } from './check.ts';
import { errorBody, refusal, type Refusal } from './errors.ts';
import { message } from './message.ts';
import { messageStream } from './message-stream.ts';
import { PromptCache } from './usage.ts';
import type { MessagesRequest } from './wire.ts';

/** Anthropic's Messages API, as `@anthropic-ai/sdk` 1.11 sends and reads it. */
export class AnthropicApi implements Api {
  readonly #cache = new PromptCache();
  readonly #occurrences = new Occurrences();
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  answer(request: ApiRequest, behaviour: Behaviour): ApiAnswer {
    const { path, text } = request;
    const random = new Random(this.#seed, path, text, this.#occurrences.next(text));
    const requestId = `req_${random.hex.slice(40, 64)}`;
    const counting = path === '/v1/messages/count_tokens';
    const refused =
      checkHeaders(request.headers) ??
      (counting || path === '/v1/messages' ? undefined : notFound(path)) ??
      checkBody(request.body, counting);
    if (refused) return toAnswer(refused.status, errorBody(refused, requestId), requestId);

    const body = request.body as MessagesRequest;
    const usage = this.#cache.usageOf(body);
    if (counting) {
      const input_tokens =
        usage.input_tokens + usage.cache_read_input_tokens + usage.cache_creation_input_tokens;
      return toAnswer(200, JSON.stringify({ input_tokens }), requestId);
    }
    const whole = message(body, usage, behaviour, random);
    if (body.stream) {
      const frames = messageStream(whole, behaviour.omitUsage === true);
      const errorFrame = frame(errorBody(refusal(529), requestId), 'error');
      return { ...toAnswer(200, '', requestId), stream: { frames, errorFrame } };
    }
    const { usage: counted, ...rest } = whole;
    const answered = behaviour.omitUsage ? rest : { ...rest, usage: counted };
    return toAnswer(200, JSON.stringify(answered), requestId);
  }

  refuse(status: number, text: string): ApiAnswer {
    const requestId = `req_${new Random(this.#seed, 'refused', text).hex.slice(0, 24)}`;
    return toAnswer(status, errorBody(refusal(status), requestId), requestId);
  }
}

function toAnswer(status: number, json: string, requestId: string): ApiAnswer {
  return { status, json, headers: { 'request-id': requestId } };
}

function notFound(path: string): Refusal {
  return { status: 404, message: `Not found: ${path}` };
}
