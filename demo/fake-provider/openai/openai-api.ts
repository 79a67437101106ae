import type { Api, ApiAnswer, ApiRequest, ApiStream } from '../api.ts';
import { compose } from '../compose.ts';
import { Occurrences } from '../occurrences.ts';
import type { Behaviour } from '../options.ts';
import { Random } from '../random.ts';
import { frame } from '../sse.ts';
import { chatCompletion, chatStream } from './chat-completion.ts';
import { checkChat, checkHeaders, checkResponses } from './check.ts';
import { count, countInput } from './counted.ts';
import { errorBody, refusal } from './errors.ts';
import { PrefixCache } from './prefix-cache.ts';
import { chatPrompt, responsesPrompt } from './prompt.ts';
import { modelResponse } from './response.ts';
import { responseStream } from './response-stream.ts';
import type { ChatRequest, ResponsesRequest } from './wire.ts';

/** OpenAI's chat completions and responses, as `openai` 7.55 sends and reads them. */
export class OpenAiApi implements Api {
  readonly #cache = new PrefixCache();
  readonly #occurrences = new Occurrences();
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Whether the path is one of OpenAI's, under whatever prefix a compatible server has it. */
  static serves(path: string): boolean {
    return /\/(chat\/completions|responses|responses\/input_tokens)$/.test(path);
  }

  answer(request: ApiRequest, behaviour: Behaviour): ApiAnswer {
    const { path, text, headers, body } = request;
    const random = new Random(this.#seed, path, text, this.#occurrences.next(text));
    const isChat = path.endsWith('/chat/completions');
    const refused = checkHeaders(headers) ?? (isChat ? checkChat(body) : checkResponses(body));
    const id = { 'x-request-id': `req_${random.hex.slice(40, 64)}` };
    if (refused) {
      return { status: refused.status, headers: id, json: JSON.stringify(errorBody(refused)) };
    }
    if (path.endsWith('/input_tokens')) {
      const input_tokens = countInput(responsesPrompt(body as ResponsesRequest));
      const json = JSON.stringify({ object: 'response.input_tokens', input_tokens });
      return { status: 200, headers: id, json };
    }
    const given = isChat
      ? this.#chat(body as ChatRequest, behaviour, random)
      : this.#respond(body as ResponsesRequest, behaviour, random);
    const stream = typeof given === 'string' ? undefined : given;
    return { status: 200, headers: id, json: typeof given === 'string' ? given : '', stream };
  }

  refuse(status: number, text: string): ApiAnswer {
    const requestId = `req_${new Random(this.#seed, 'refused', text).hex.slice(0, 24)}`;
    const json = JSON.stringify(errorBody(refusal(status)));
    return { status, json, headers: { 'x-request-id': requestId } };
  }

  #chat(request: ChatRequest, behaviour: Behaviour, random: Random): string | ApiStream {
    const prompt = chatPrompt(request);
    const composed = compose(prompt, behaviour.words, random);
    const counted = count(prompt, composed, this.#cache);
    const parts = { request, composed, counted, behaviour, random };
    if (!request.stream) return JSON.stringify(chatCompletion(parts));
    return { frames: chatStream(parts), errorFrame: frame(errorBody(refusal(500))) };
  }

  #respond(request: ResponsesRequest, behaviour: Behaviour, random: Random): string | ApiStream {
    const prompt = responsesPrompt(request);
    const composed = compose(prompt, behaviour.words, random);
    const counted = count(prompt, composed, this.#cache);
    const response = modelResponse(request, composed, counted, behaviour, random);
    if (!request.stream) return JSON.stringify(response);
    const { message } = refusal(500);
    const error = { type: 'error', code: 'server_error', message, param: null };
    return { frames: responseStream(response), errorFrame: frame(error, 'error') };
  }
}
