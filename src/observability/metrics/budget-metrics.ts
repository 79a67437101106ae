import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Counter, Gauge } from 'prom-client';
import { BudgetReader, BudgetService, type BudgetAnswer } from '../../budget/index.js';
import { MetricsService } from './metrics.service.js';

/** Then a scrape shows what was read last. */
const ANSWER_WITHIN_MS = 1_000;

const LABELS = ['budget', 'scope'] as const;

/**
 * Where the budgets stand. A budget that each one of a scope has for itself shows the one nearest
 * to the limit; budgets of single workflow runs are not shown, and count their refusals together.
 */
@Injectable()
export class BudgetMetrics implements OnModuleInit {
  #reading: Promise<void> | undefined;
  #last: readonly BudgetAnswer[] = [];

  constructor(
    private readonly metrics: MetricsService,
    private readonly reader: BudgetReader,
    private readonly budgets: BudgetService,
  ) {}

  onModuleInit(): void {
    const refusals = new Counter({
      name: 'spanledger_budget_refusals_total',
      help: 'Calls that a budget had no room for',
      labelNames: LABELS,
      registers: [this.metrics.registry],
    });
    this.budgets.onRefusal(({ budget, scope }) =>
      refusals.inc({ budget: scope === 'run' ? 'run' : budget, scope }),
    );

    this.#gauge('spent', 'Spent in the period that runs', ({ state: [nearest] }) =>
      Number(nearest?.spent_usd ?? 0),
    );
    this.#gauge('held', 'Worst case of calls that are under way', ({ state: [nearest] }) =>
      Number(nearest?.held_usd ?? 0),
    );
    this.#gauge('limit', 'Limit of the budget', ({ limit_usd }) => Number(limit_usd));
  }

  #gauge(name: string, help: string, valueOf: (budget: BudgetAnswer) => number): void {
    const read = () => this.#read();
    const gauge = new Gauge({
      name: `spanledger_budget_${name}_usd`,
      help,
      labelNames: LABELS,
      registers: [],
      // The database tells every worker the same: to add them up would be wrong.
      aggregator: 'max',
      async collect() {
        const budgets = await read();
        this.reset();
        for (const budget of budgets) {
          this.set({ budget: budget.id, scope: budget.scope }, valueOf(budget));
        }
      },
    });
    this.metrics.registry.registerMetric(gauge);
  }

  /** Once for the gauges of a scrape, which does not wait for a database that is away. */
  async #read(): Promise<readonly BudgetAnswer[]> {
    this.#reading ??= this.reader
      .list()
      .then(
        (budgets) => void (this.#last = budgets),
        () => undefined,
      )
      .finally(() => (this.#reading = undefined));
    await Promise.race([this.#reading, sleep(ANSWER_WITHIN_MS, undefined, { ref: false })]);
    return this.#last;
  }
}
