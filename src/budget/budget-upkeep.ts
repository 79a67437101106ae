import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { reclaim } from './budget-reader.js';

const EVERY_MS = 10 * 60_000;
/** Windows of periods that are over are kept for this long, and budgets of workflow runs. */
const KEEP_DAYS = 35;

/** Removes what no call will ask for again, so that the tables stay small. */
@Injectable()
export class BudgetUpkeep implements OnModuleInit, OnModuleDestroy {
  readonly #logger = new Logger('Budget');
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly dataSource: DataSource) {}

  onModuleInit(): void {
    this.#timer = setInterval(() => void this.run().catch(this.#warn), EVERY_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.#timer);
  }

  /** Also what deleted budgets left behind, when a call was held on them at that moment. */
  async run(): Promise<void> {
    await reclaim(this.dataSource);
    await this.dataSource.query(
      `WITH runs AS (
         DELETE FROM budget WHERE source = 'run' AND updated_at < now() - $1 * interval '1 day'
       ), locked AS (
         SELECT w.id FROM budget_window w
         WHERE w.held = 0 AND w.ends_at < now() - $1 * interval '1 day'
           OR NOT EXISTS (SELECT FROM budget b WHERE b.id = w.budget_id)
         ORDER BY w.id FOR UPDATE
       ), windows AS (
         DELETE FROM budget_window w USING locked WHERE w.id = locked.id RETURNING w.id)
       DELETE FROM budget_spending s USING windows WHERE s.window_id = windows.id`,
      [KEEP_DAYS],
    );
    await this.dataSource.query(
      `DELETE FROM budget_hold h WHERE h.expires_at < now()
         AND NOT EXISTS (SELECT FROM budget_window w WHERE w.id = h.window_id)`,
    );
  }

  readonly #warn = (error: unknown): void => {
    this.#logger.warn(`Budgets were not tidied up: ${String(error)}`);
  };
}
