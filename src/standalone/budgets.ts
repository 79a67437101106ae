import type { z } from 'zod';
import {
  budgetChange,
  budgetRequest,
  type BudgetAnswer,
  type BudgetReader,
  type BudgetStore,
} from '../budget/index.js';
import { parseRequest } from '../http/index.js';

/** A budget as one writes it; the fields of `POST /budgets`. */
export type BudgetInput = z.input<typeof budgetRequest>;

/**
 * The budgets of the ledger, in force at once in every process on its database. Errors are
 * `Problem`s with the `status` that the service answers with: 404, 409, or 422 with every fault.
 */
export class Budgets {
  constructor(
    private readonly store: BudgetStore,
    private readonly reader: BudgetReader,
  ) {}

  /** All of them with what is spent, held and left. */
  list(): Promise<BudgetAnswer[]> {
    return this.reader.list();
  }

  get(id: string): Promise<BudgetAnswer> {
    return this.reader.get(id);
  }

  /** @example await ledger.budgets.create({ scope: 'global', period: 'month', limit_usd: 500 }); */
  async create(budget: BudgetInput): Promise<BudgetAnswer> {
    return this.reader.get(await this.store.create(parseRequest(budgetRequest, budget)));
  }

  /** @param change any of limit, mode, thresholds, and what becomes of unpriced models */
  async change(id: string, change: z.input<typeof budgetChange>): Promise<BudgetAnswer> {
    await this.store.change(id, parseRequest(budgetChange, change));
    return this.reader.get(id);
  }

  delete(id: string): Promise<void> {
    return this.store.delete(id);
  }
}
