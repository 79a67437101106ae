import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AppConfig } from '../config/index.js';
import { isDataFault } from '../database/index.js';
import { PriceBook } from '../genai/pricing/index.js';
import type { Scope } from '../genai/scope/index.js';
import { GroupCommit, LedgerService, retryWhilePassing, type Hold } from '../ledger/index.js';
import { BudgetPresence } from './budget-presence.js';
import { callScopes, runBudgets } from './call-scopes.js';
import { holdCalls, type HoldOutcome, type HoldRequest, type Refusal } from './hold-outcome.js';
import { refusalProblem } from './refusal-problem.js';
import { inputTokenBound } from './token-bound.js';

/** A call that is about to be made. */
export interface PlannedCall {
  readonly provider: string;
  readonly model: string;
  readonly scope: Scope;
  /** Everything that is sent: messages, system prompt and tools. */
  readonly texts: readonly string[];
  /** Tools are among the texts: the provider adds a prompt of its own. */
  readonly withTools?: boolean;
  /** Most tokens of output, thinking included. */
  readonly maxTokens: number;
  readonly at: Date;
}

/** Told of every refused call. Must not throw. */
export type RefusalListener = (refusal: Refusal) => void;

/**
 * How much longer than a call may take its hold lives: its entry may wait for a database that is
 * away for a while.
 */
const HOLD_MARGIN_MS = 60_000;

/** One caller's place in a group. */
interface Place {
  readonly request: HoldRequest;
  outcome?: HoldOutcome;
}

/**
 * Keeps calls within the budgets. Before a call its worst case is held on all budgets that it is
 * under, or on none; with the call's entry the hold is settled to what it cost.
 *
 * The invariant: of a blocking budget, spent + held never exceeds the limit by a picodollar, in
 * any order of events, over all processes on the database, as long as no call costs more than its
 * worst case and none outlives its hold. What is spent is the sum of the entries whose calls were
 * held, each once. A call is refused only when its worst case does not fit.
 *
 * No transaction is open while the provider works: a hold is a row that runs out by itself.
 */
@Injectable()
export class BudgetService implements OnApplicationShutdown {
  readonly presence: BudgetPresence;
  readonly #refusalListeners: RefusalListener[] = [];
  readonly #ttlMs: number;
  readonly #group = new GroupCommit<Place>({
    commit: (places) => retryWhilePassing(() => this.#holdAll(places)),
    isItemFault: isDataFault,
  });

  constructor(
    config: AppConfig,
    private readonly dataSource: DataSource,
    private readonly prices: PriceBook,
    private readonly ledger: LedgerService,
  ) {
    this.#ttlMs = config.llm.timeoutMs + HOLD_MARGIN_MS;
    this.presence = new BudgetPresence(dataSource);
  }

  onRefusal(listener: RefusalListener): void {
    this.#refusalListeners.push(listener);
  }

  /**
   * Holds the worst case of a call, before its provider is asked.
   *
   * @returns what to book the entry with, or to `release`; undefined when no budget applies
   * @throws {Problem} 402 with the budget that has no room, and its figures
   */
  async hold(call: PlannedCall): Promise<Hold | undefined> {
    const runs = runBudgets(call.scope);
    if (runs.length === 0 && !(await this.presence.any())) return undefined;
    const amount = this.prices.worstCase({
      provider: call.provider,
      model: call.model,
      at: call.at,
      inputTokens: inputTokenBound(call.texts, call.withTools),
      outputTokens: call.maxTokens,
    });
    const place: Place = {
      request: { scopes: callScopes(call.scope, call.model), runs, amount },
    };
    await this.#group.add(place);
    const { outcome } = place;
    if (!outcome) throw new Error('A committed place has its outcome');
    if ('hold' in outcome) return outcome.hold.windows.length > 0 ? outcome.hold : undefined;
    for (const listener of this.#refusalListeners) listener(outcome.refusal);
    throw refusalProblem(outcome.refusal, amount, call.scope);
  }

  /** Frees the hold of a call that is not booked. A failure is no harm: the hold runs out. */
  async release(hold: Hold | undefined): Promise<void> {
    if (hold) await this.ledger.free(hold).catch(() => undefined);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#group.idle();
  }

  async #holdAll(places: readonly Place[]): Promise<void> {
    const requests = places.map(({ request }) => request);
    const outcomes = await holdCalls(this.dataSource.manager, requests, this.#ttlMs);
    places.forEach((place, n) => (place.outcome = outcomes[n]));
  }
}
