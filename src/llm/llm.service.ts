import { randomUUID } from 'node:crypto';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { context, trace } from '@opentelemetry/api';
import type { EntityManager } from 'typeorm';
import { BudgetService } from '../budget/index.js';
import { AppConfig } from '../config/index.js';
import { PriceBook, formatUsd, type Cost } from '../genai/pricing/index.js';
import { currentScope } from '../genai/scope/index.js';
import { claimInference } from '../genai/spans/index.js';
import { ClientGoneError, currentRequestTelemetry, invalidRequest } from '../http/index.js';
import { LedgerService, type EntryDraft } from '../ledger/index.js';
import { withDeadline } from './deadline.js';
import { answeredDraft, cutDraft, failedDraft, type CallFacts } from './call-drafts.js';
import type { ModelAnswer, ModelRequest } from './provider/model-provider.js';
import { ProviderError, problemOf } from './provider/provider-error.js';
import { ProviderRegistry, type Choice } from './provider/registry.js';
import type { AnswerSink } from './stream/answer-sink.js';
import { readStream, type StreamedAnswer } from './stream/read-stream.js';
import { StreamCut, type PartialAnswer } from './stream/stream-cut.js';

export interface CallOptions {
  /** Cancels the provider's work when it aborts. */
  readonly signal: AbortSignal;
  /** The workflow step that this call is. */
  readonly step?: string;
  /** Gets the answer's text while it comes. */
  readonly sink?: AnswerSink;
  /** What belongs to the entry of a stream that was cut, and is committed with it. */
  readonly alsoWhenCut?: (transaction: EntityManager, call: CutCall) => Promise<void>;
}

/** A stream that was cut, and its entry, which is being committed. */
export interface CutCall {
  readonly cut: StreamCut;
  readonly entry: EntryDraft;
}

/** A call that was answered and priced; its entry is being committed. */
export interface AnsweredCall {
  readonly answer: ModelAnswer;
  readonly cost: Cost;
  readonly entry: EntryDraft;
}

/** What belongs to a call and is to be committed with its entry, or not at all. */
export type CommitWith<T> = (transaction: EntityManager, call: AnsweredCall) => Promise<T>;

/**
 * Calls models. A call comes back only after its entry in the ledger is committed; a failed call
 * is booked too, with what is known of its cost.
 */
@Injectable()
export class LlmService implements OnApplicationShutdown {
  readonly #logger = new Logger('LLM');
  readonly #inHand = new Set<Promise<unknown>>();
  readonly #closing = new AbortController();

  constructor(
    private readonly config: AppConfig,
    private readonly providers: ProviderRegistry,
    private readonly prices: PriceBook,
    private readonly ledger: LedgerService,
    private readonly budgets: BudgetService,
  ) {}

  /** @throws {Problem} 503 naming the variable to set, when a model's provider has no key */
  requireProviders(...models: readonly string[]): void {
    for (const model of models) this.providers.choose({ model });
  }

  /**
   * One call of a model, booked under the current scope.
   *
   * @throws {Problem} in the caller's terms: 402, 422, 429, 502, 503, 504 (see `provider-error.ts`)
   */
  async call(request: ModelRequest, options: CallOptions): Promise<AnsweredCall> {
    const call = await this.#track(this.#complete(request, options));
    await this.ledger.book(call.entry);
    this.#note(call);
    return call;
  }

  /** The same, with more to commit in the same transaction; gives what `also` returns. */
  async callWith<T>(request: ModelRequest, options: CallOptions, also: CommitWith<T>): Promise<T> {
    const call = await this.#track(this.#complete(request, options));
    try {
      const result = await this.ledger.bookWith(call.entry, (tx) => also(tx, call));
      this.#note(call);
      return result;
    } catch (error) {
      // The money is spent, whatever became of the turn or step: the entry must not go with it.
      await this.ledger.book(call.entry);
      throw error;
    }
  }

  /** Nobody waits any more for calls whose client has left, but they are still to be booked. */
  async onApplicationShutdown(): Promise<void> {
    this.#closing.abort(new ClientGoneError());
    await Promise.allSettled(this.#inHand);
  }

  async #track<T>(call: Promise<T>): Promise<T> {
    this.#inHand.add(call);
    try {
      return await call;
    } finally {
      this.#inHand.delete(call);
    }
  }

  async #complete(asked: ModelRequest, options: CallOptions): Promise<AnsweredCall> {
    this.ledger.requireRoom();
    const choice = this.providers.choose(asked);
    const request = { ...asked, model: choice.model };
    const unsupported = choice.provider.unsupported(request);
    if (unsupported.length > 0) throw invalidRequest(unsupported);

    const facts = await this.#hold(startFacts(choice, options.step), request);
    const begun = performance.now();
    try {
      const answered = await this.#ask(choice, request, options, facts);
      const durationMs = performance.now() - begun;
      const { answer } = answered;
      const cost = this.#costOf(facts, answer);
      return { answer, cost, entry: answeredDraft(facts, durationMs, answered, cost) };
    } catch (error) {
      const durationMs = performance.now() - begun;
      if (error instanceof StreamCut) {
        await this.#bookCut(error, facts, durationMs, options);
        throw problemOf(error.cause).with({ cut_reason: error.reason });
      }
      if (!(error instanceof ProviderError)) {
        await this.budgets.release(facts.hold);
        throw error;
      }
      await this.#bookFailure(failedDraft(facts, durationMs, error));
      throw problemOf(error);
    }
  }

  /** Before the provider is asked: a call that no budget has room for ends here. */
  async #hold(facts: CallFacts, request: ModelRequest): Promise<CallFacts> {
    const { maxTokens, tools = [] } = request;
    const texts = textsOf(request);
    const withTools = tools.length > 0;
    const { provider, requestModel: model, scope, startedAt: at } = facts;
    return {
      ...facts,
      hold: await this.budgets.hold({ provider, model, scope, texts, withTools, maxTokens, at }),
    };
  }

  /** The call's span tells its ids through the claim: the entry carries them. */
  #ask(
    { provider }: Choice,
    request: ModelRequest,
    { signal: reader, sink }: CallOptions,
    facts: CallFacts,
  ): Promise<StreamedAnswer> {
    const { timeoutMs, drainStreams } = this.config.llm;
    // A drained stream goes on without its reader, as long as the service does.
    const outer = sink && drainStreams ? this.#closing.signal : reader;
    return withDeadline(outer, timeoutMs, (signal) =>
      context.with(claimInference(context.active(), facts.span), async () =>
        sink
          ? readStream({ provider, request, sink, claim: facts.span, reader, signal })
          : { answer: await provider.complete(request, signal) },
      ),
    );
  }

  #costOf(facts: CallFacts, answer: PartialAnswer): Cost {
    return this.prices.cost({
      provider: facts.provider,
      model: answer.responseModel ?? facts.requestModel,
      usage: answer.usage,
      at: facts.startedAt,
      serviceTier: answer.serviceTier,
    });
  }

  async #bookCut(
    cut: StreamCut,
    facts: CallFacts,
    durationMs: number,
    { alsoWhenCut }: CallOptions,
  ): Promise<void> {
    const cost = this.#costOf(facts, cut.answer);
    const entry = cutDraft(facts, durationMs, cut, cost);
    this.#note({ cost, entry });
    currentRequestTelemetry()?.note({ cut_reason: cut.reason });
    if (!alsoWhenCut) return this.#bookFailure(entry);
    try {
      await this.ledger.bookWith(entry, (transaction) => alsoWhenCut(transaction, { cut, entry }));
    } catch (error) {
      this.#logger.error(`What belongs to a cut call was not stored: ${String(error)}`);
      await this.#bookFailure(entry);
    }
  }

  /** The caller hears of the provider's failure; one of the ledger must not hide it. */
  async #bookFailure(entry: EntryDraft): Promise<void> {
    await this.ledger.book(entry).catch((error: unknown) => {
      this.#logger.error(`A failed call could not be booked: ${String(error)}`);
    });
  }

  #note({ cost, entry }: Pick<AnsweredCall, 'cost' | 'entry'>): void {
    currentRequestTelemetry()?.note({
      model: entry.responseModel ?? entry.requestModel,
      ...(cost.total !== null && { cost: formatUsd(cost.total) }),
    });
  }
}

/** Everything of a request that becomes input tokens. */
function textsOf({ messages, system = '', tools = [] }: ModelRequest): string[] {
  return [
    system,
    ...tools.map((tool) => JSON.stringify(tool)),
    ...messages.map(({ content }) => content),
    ...messages.flatMap((message) =>
      'toolCalls' in message ? (message.toolCalls ?? []).map((call) => JSON.stringify(call)) : [],
    ),
  ];
}

function startFacts({ provider, model }: Choice, step?: string): CallFacts {
  const parent = trace.getSpanContext(context.active());
  return {
    callId: randomUUID(),
    provider: provider.servedBy,
    requestModel: model,
    scope: currentScope(),
    step,
    span: { traceId: parent?.traceId, spanId: parent?.spanId },
    startedAt: new Date(),
  };
}
