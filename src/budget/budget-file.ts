import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AppConfig } from '../config/index.js';
import { BudgetService } from './budget.service.js';
import { deleteBudgets, insertBudget, scopeValue } from './budget-store.js';
import { readBudgetFile, type FileBudget } from './read-budget-file.js';

/**
 * Puts the budgets of `BUDGETS_FILE` into force at start: what is new in it is made, what was
 * changed is changed and keeps what it has counted, what is gone from it is removed. One that
 * counts something else than before starts anew.
 */
@Injectable()
export class BudgetFile implements OnModuleInit {
  readonly #logger = new Logger('Budget');

  constructor(
    private readonly config: AppConfig,
    private readonly dataSource: DataSource,
    private readonly budgets: BudgetService,
  ) {}

  /** @throws {ConfigError} naming the variable, and each fault with its place in the file */
  async onModuleInit(): Promise<void> {
    const { file } = this.config.budgets;
    if (file === undefined) return;
    const wanted = readBudgetFile(file);
    await this.#apply(wanted);
    this.budgets.presence.changed();
    this.#logger.log(`${wanted.length} budgets of ${file} are in force`);
  }

  async #apply(wanted: readonly FileBudget[]): Promise<void> {
    await this.dataSource.transaction(async (tx) => {
      // Processes that start together take turns.
      await tx.query('LOCK TABLE budget IN SHARE ROW EXCLUSIVE MODE');
      const present: Array<{ id: string; source: string }> = await tx.query(
        `SELECT id, source FROM budget WHERE source = 'file' OR id = ANY ($1)`,
        [wanted.map(({ id }) => id)],
      );
      const kept = new Set<string>();
      for (const budget of wanted) {
        const [row]: Array<{ id: string }> = await tx
          .query(UPDATE_SAME, parametersOf(budget))
          .then(([rows]: [Array<{ id: string }>, number]) => rows);
        if (row) kept.add(row.id);
      }
      const gone = present.filter(({ id }) => !kept.has(id));
      await deleteBudgets(
        tx,
        gone.map(({ id }) => id),
      );
      for (const budget of wanted) if (!kept.has(budget.id)) await insertBudget(tx, budget, 'file');
    });
  }
}

/** Changes one that counts the same as before. */
const UPDATE_SAME = `
  UPDATE budget SET limit_amount = $7::numeric, mode = $8, thresholds = $9::integer[],
    unpriced = $10, source = 'file', updated_at = now()
  WHERE id = $1 AND scope = $2 AND scope_value = $3 AND period = $4
    AND rolling_hours IS NOT DISTINCT FROM $5::integer AND time_zone = $6
  RETURNING id`;

function parametersOf(budget: FileBudget): unknown[] {
  return [
    budget.id,
    budget.scope,
    scopeValue(budget),
    budget.period,
    budget.rolling_hours ?? null,
    budget.time_zone,
    budget.limit_usd.toString(),
    budget.mode,
    budget.thresholds,
    budget.unpriced,
  ];
}
