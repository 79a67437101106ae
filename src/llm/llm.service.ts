import { randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { context, trace } from '@opentelemetry/api';
import type { EntityManager } from 'typeorm';
import { BudgetService } from '../budget/index.js';
import { AppConfig } from '../config/index.js';
import { PriceBook, formatUsd, type Cost } from '../genai/pricing/index.js';
import { currentScope } from '../genai/scope/index.js';
import { claimInference } from '../genai/spans/index.js';
import { currentRequestTelemetry, invalidRequest } from '../http/index.js';
import { LedgerService, type EntryDraft } from '../ledger/index.js';
import { withDeadline } from './deadline.js';
import { answeredDraft, failedDraft, type CallFacts } from './call-drafts.js';
import type { ModelAnswer, ModelProvider, ModelRequest } from './provider/model-provider.js';
import { ProviderError, problemOf } from './provider/provider-error.js';
import { ProviderRegistry } from './provider/registry.js';

export interface CallOptions {
  /** Cancels the provider's work when it aborts. */
  readonly signal: AbortSignal;
  /** The workflow step that this call is. */
  readonly step?: string;
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
export class LlmService {
  readonly #logger = new Logger('LLM');

  constructor(
    private readonly config: AppConfig,
    private readonly providers: ProviderRegistry,
    private readonly prices: PriceBook,
    private readonly ledger: LedgerService,
    private readonly budgets: BudgetService,
  ) {}

  /** @throws {Problem} 503 naming the variable to set, when no provider has a key */
  requireProvider(): void {
    this.providers.configured();
  }

  /**
   * One call of a model, booked under the current scope.
   *
   * @throws {Problem} in the caller's terms: 402, 422, 429, 502, 503, 504 (see `provider-error.ts`)
   */
  async call(request: ModelRequest, options: CallOptions): Promise<AnsweredCall> {
    const call = await this.#complete(request, options);
    await this.ledger.book(call.entry);
    this.#note(call);
    return call;
  }

  /** The same, with more to commit in the same transaction; gives what `also` returns. */
  async callWith<T>(request: ModelRequest, options: CallOptions, also: CommitWith<T>): Promise<T> {
    const call = await this.#complete(request, options);
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

  async #complete(request: ModelRequest, options: CallOptions): Promise<AnsweredCall> {
    const provider = this.providers.configured();
    const unsupported = provider.unsupported(request);
    if (unsupported.length > 0) throw invalidRequest(unsupported);

    const facts = await this.#hold(startFacts(provider, request, options.step), request);
    const begun = performance.now();
    try {
      const answer = await this.#ask(provider, request, options.signal, facts);
      const durationMs = performance.now() - begun;
      const cost = this.prices.cost({
        provider: provider.name,
        model: answer.responseModel,
        usage: answer.usage,
        at: facts.startedAt,
        serviceTier: answer.serviceTier,
      });
      return { answer, cost, entry: answeredDraft(facts, durationMs, answer, cost) };
    } catch (error) {
      if (!(error instanceof ProviderError)) {
        await this.budgets.release(facts.hold);
        throw error;
      }
      await this.#bookFailure(failedDraft(facts, performance.now() - begun, error));
      throw problemOf(error);
    }
  }

  /** Before the provider is asked: a call that no budget has room for ends here. */
  async #hold(facts: CallFacts, { messages, system, maxTokens }: ModelRequest): Promise<CallFacts> {
    const texts = [system ?? '', ...messages.map(({ content }) => content)];
    const { provider, requestModel: model, scope, startedAt: at } = facts;
    return {
      ...facts,
      hold: await this.budgets.hold({ provider, model, scope, texts, maxTokens, at }),
    };
  }

  /** The SDK's span of this call tells its ids through the claim: the entry carries them. */
  #ask(
    provider: ModelProvider,
    request: ModelRequest,
    signal: AbortSignal,
    facts: CallFacts,
  ): Promise<ModelAnswer> {
    return withDeadline(signal, this.config.llm.timeoutMs, (limited) =>
      context.with(claimInference(context.active(), facts.span), () =>
        provider.complete(request, limited),
      ),
    );
  }

  /** The caller hears of the provider's failure; one of the ledger must not hide it. */
  async #bookFailure(entry: EntryDraft): Promise<void> {
    await this.ledger.book(entry).catch((error: unknown) => {
      this.#logger.error(`A failed call could not be booked: ${String(error)}`);
    });
  }

  #note({ cost, entry }: AnsweredCall): void {
    currentRequestTelemetry()?.note({
      model: entry.responseModel ?? entry.requestModel,
      ...(cost.total !== null && { cost: formatUsd(cost.total) }),
    });
  }
}

function startFacts(provider: ModelProvider, request: ModelRequest, step?: string): CallFacts {
  const parent = trace.getSpanContext(context.active());
  return {
    callId: randomUUID(),
    provider: provider.name,
    requestModel: request.model,
    scope: currentScope(),
    step,
    span: { traceId: parent?.traceId, spanId: parent?.spanId },
    startedAt: new Date(),
  };
}
