import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { AppConfig } from '../config/index.js';
import { LedgerService } from '../ledger/index.js';
import { refusalEvent, thresholdEvent, type BudgetEvent } from './budget-event.js';
import { BudgetService } from './budget.service.js';
import { Webhook } from './webhook.js';

/** A caller that knocks all the time is told of once in this time, for each budget and subject. */
const QUIET_MS = 60_000;
const MOST_REMEMBERED = 1_000;

/** Tells the log and the webhook of thresholds that were passed and of calls that were refused. */
@Injectable()
export class BudgetEvents implements OnModuleInit, OnApplicationShutdown {
  readonly #logger = new Logger('Budget');
  readonly #webhook: Webhook | undefined;
  readonly #toldAt = new Map<string, number>();

  constructor(
    config: AppConfig,
    private readonly ledger: LedgerService,
    private readonly budgets: BudgetService,
  ) {
    const { webhook } = config.budgets;
    if (webhook) this.#webhook = new Webhook(webhook);
  }

  onModuleInit(): void {
    this.ledger.onThreshold((passed) => this.#tell(thresholdEvent(passed)));
    this.budgets.onRefusal((refusal) => {
      if (this.#isNews(`${refusal.budget} ${refusal.subject}`)) this.#tell(refusalEvent(refusal));
    });
  }

  onApplicationShutdown(): void {
    this.#webhook?.close();
  }

  #tell(event: BudgetEvent): void {
    this.#logger.warn(lineOf(event));
    this.#webhook?.send(event);
  }

  #isNews(key: string): boolean {
    const now = performance.now();
    if (now - (this.#toldAt.get(key) ?? Number.NEGATIVE_INFINITY) < QUIET_MS) return false;
    this.#toldAt.delete(key);
    const [oldest] = this.#toldAt.size < MOST_REMEMBERED ? [] : this.#toldAt.keys();
    if (oldest !== undefined) this.#toldAt.delete(oldest);
    this.#toldAt.set(key, now);
    return true;
  }
}

function lineOf(event: BudgetEvent): string {
  const whose = event.scope_id === null ? '' : ` for ${event.scope} ${event.scope_id}`;
  const figures = `spent ${event.spent_usd}, held ${event.held_usd} of ${event.limit_usd} USD`;
  if (event.type === 'budget.threshold') {
    return `Budget ${event.budget}${whose}: ${event.threshold} % passed; ${figures}`;
  }
  const why = event.unpriced ? ' whose price is unknown' : '';
  return `Budget ${event.budget}${whose}: refused a call${why}; ${figures}`;
}
