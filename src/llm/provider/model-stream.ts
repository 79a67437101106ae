import { AnswerStream, deltaTextOf } from '../../genai/observe/index.js';
import type { TokenUsage } from '../../genai/usage/index.js';
import type { ProviderError } from './provider-error.js';

/** What a stream has told of itself by now. */
export interface KnownAnswer {
  readonly responseId?: string;
  readonly responseModel?: string;
  readonly serviceTier?: string;
  readonly finishReason?: string;
  /** As last reported; Anthropic tells the input at the start. */
  readonly usage?: TokenUsage;
  /** The usage is the final one. */
  readonly isCounted: boolean;
}

/**
 * A provider's answer as it comes: iterating gives its text, piece by piece. The first piece may
 * be empty: it says that the answer has begun.
 *
 * An answer whose end was seen is whole, whatever becomes of the connection after it. One that
 * ends before that throws: SDKs end the iteration in silence when it is aborted or cut.
 */
export class ModelStream implements AsyncIterable<string> {
  readonly #open: () => Events | PromiseLike<Events>;
  readonly #toError: (error: unknown) => ProviderError;
  readonly #answer = new AnswerStream();
  #ended = false;
  #isCounted = false;

  /**
   * @param open begins the call and gives its events: of Anthropic's messages, or of OpenAI's chat
   * completions or responses
   * @param toError makes a `ProviderError` of what the SDK throws
   */
  constructor(
    open: () => Events | PromiseLike<Events>,
    toError: (error: unknown) => ProviderError,
  ) {
    this.#open = open;
    this.#toError = toError;
  }

  get known(): KnownAnswer {
    const { id, model, serviceTier, finishReasons, usage } = this.#answer.answer;
    return {
      responseId: id,
      responseModel: model,
      serviceTier: serviceTier?.[1],
      finishReason: this.#ended ? finishReasons?.[0] : undefined,
      usage,
      isCounted: this.#isCounted,
    };
  }

  /** @throws {ProviderError} */
  async *[Symbol.asyncIterator](): AsyncGenerator<string, void, undefined> {
    try {
      for await (const event of await this.#open()) {
        this.#answer.add(event);
        this.#see(event as WireEvent);
        // NUL cannot be stored.
        yield (deltaTextOf(event) ?? '').replaceAll('\0', '');
      }
    } catch (error) {
      if (!this.#ended) throw this.#toError(error);
    }
    if (!this.#ended) throw this.#toError(new Error('The stream ended before the answer did'));
  }

  /** Some tell the usage so far with every event: the final one comes with the end, or after it. */
  #see({ type, delta, usage, choices, response }: WireEvent): void {
    if (type === 'response.completed' || type === 'response.incomplete') {
      this.#ended = true;
      this.#isCounted = Boolean(response?.usage);
      return;
    }
    if (delta?.stop_reason || choices?.[0]?.finish_reason) this.#ended = true;
    if (this.#ended && usage) this.#isCounted = true;
  }
}

type Events = AsyncIterable<unknown>;

/** The few fields that tell the end and the final count, of all three formats. */
interface WireEvent {
  readonly type?: string;
  readonly delta?: { readonly stop_reason?: string | null };
  readonly usage?: object | null;
  readonly choices?: ReadonlyArray<{ readonly finish_reason?: string | null }>;
  readonly response?: { readonly usage?: object | null };
}
