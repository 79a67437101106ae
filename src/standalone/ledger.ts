import type { INestApplicationContext } from '@nestjs/common';
import { BudgetReader, BudgetService, BudgetStore } from '../budget/index.js';
import { PriceBook } from '../genai/pricing/index.js';
import { parseRequest } from '../http/index.js';
import {
  LedgerService,
  UsageService,
  usageQuery,
  type UsageInput,
  type UsageReport,
} from '../ledger/index.js';
import { BudgetedCalls } from './budgeted-calls.js';
import { Budgets } from './budgets.js';

/** A ledger in the application's own process; see `openLedger`. */
export class Ledger {
  readonly budgets: Budgets;
  /** Calls that are made only as far as the budgets allow. */
  readonly calls: BudgetedCalls;
  /** The prices that calls are booked with; `install({ pricing })` shows the same on spans. */
  readonly prices: PriceBook;
  readonly #app: INestApplicationContext;

  constructor(app: INestApplicationContext) {
    this.#app = app;
    this.budgets = new Budgets(app.get(BudgetStore), app.get(BudgetReader));
    this.calls = new BudgetedCalls(app.get(BudgetService), app.get(LedgerService));
    this.prices = app.get(PriceBook);
  }

  /**
   * What was used and what it cost; the same as the service's `GET /usage`.
   *
   * @throws {Problem} 422 naming every wrong field
   * @example await ledger.usage({ group_by: 'user,model', from: '2026-11-01' });
   */
  async usage(query: UsageInput = {}): Promise<UsageReport> {
    return this.#app.get(UsageService).report(parseRequest(usageQuery, query));
  }

  /** Commits what waits, and closes the database. */
  async close(): Promise<void> {
    this.calls.close();
    await this.#app.close();
  }
}
