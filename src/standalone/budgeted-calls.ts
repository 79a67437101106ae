import { context } from '@opentelemetry/api';
import type { BudgetService } from '../budget/index.js';
import { BudgetExceededError, currentScope } from '../genai/scope/index.js';
import { claimInference, onInference, type Claim } from '../genai/spans/index.js';
import { Problem } from '../http/index.js';
import { draftOfRecord, type Hold, type LedgerService } from '../ledger/index.js';

/** What is known of a call before it is made. */
export interface BudgetedCall {
  /** As `gen_ai.provider.name` has it. */
  readonly provider: string;
  readonly model: string;
  /** Everything that is sent: messages and system prompt. */
  readonly texts: readonly string[];
  /** Most tokens of output, thinking included: the limit that the request gives. */
  readonly maxTokens: number;
}

/** Calls that wait for the end of their spans; an older one gives up its hold, which runs out. */
const MOST_OPEN = 10_000;

/**
 * Makes calls of an instrumented client within the budgets: the worst case is held before, and
 * settled with the call's entry when its span has ended, for a stream when the stream has.
 */
export class BudgetedCalls {
  readonly #open = new Map<Claim, Hold | undefined>();
  readonly #stop: () => void;

  constructor(
    private readonly budgets: BudgetService,
    private readonly ledger: LedgerService,
  ) {
    this.#stop = onInference((record) => {
      if (!record.claimed) return;
      for (const [claim, hold] of this.#open) {
        if (claim.spanId !== record.spanId || claim.traceId !== record.traceId) continue;
        this.#open.delete(claim);
        void this.ledger.book({ ...draftOfRecord(record), hold }).catch(() => undefined);
        return;
      }
    });
  }

  /**
   * Makes one call of a model, if every budget of the current scope has room for its worst case.
   *
   * @throws {Problem} 402 with the budget that has no room and its figures; `fn` is not called then
   * @throws {BudgetExceededError} when that is the budget of a workflow run
   */
  async run<T>(call: BudgetedCall, fn: () => Promise<T>): Promise<T> {
    const hold = await this.#hold(call);
    const claim: Claim = {};
    this.#wait(claim, hold);
    try {
      return await context.with(claimInference(context.active(), claim), fn);
    } finally {
      // Without a span there was no call that anybody could book.
      if (claim.spanId === undefined && this.#open.delete(claim)) await this.budgets.release(hold);
    }
  }

  async #hold(call: BudgetedCall): Promise<Hold | undefined> {
    try {
      return await this.budgets.hold({ ...call, scope: currentScope(), at: new Date() });
    } catch (error) {
      // The service answers both as a problem; code asks by the class.
      throw error instanceof Problem && error.cause instanceof BudgetExceededError
        ? error.cause
        : error;
    }
  }

  close(): void {
    this.#stop();
  }

  #wait(claim: Claim, hold: Hold | undefined): void {
    const [oldest] = this.#open.size < MOST_OPEN ? [] : this.#open.keys();
    if (oldest) this.#open.delete(oldest);
    this.#open.set(claim, hold);
  }
}
