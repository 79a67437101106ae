import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { BudgetService, type PlannedCall } from '../../src/budget/index.js';
import { loadConfig } from '../../src/config/index.js';
import { DatabaseService, databaseOptions, openDatabase } from '../../src/database/index.js';
import { PriceBook } from '../../src/genai/pricing/index.js';
import { LedgerService, entryScope, type EntryDraft, type Hold } from '../../src/ledger/index.js';
import type { TestDatabase } from './database.js';

/** A token of input costs 1,000 picodollars, one of output 10,000. */
export const PRICES = new PriceBook({
  overrides: [{ provider: 'test', model: 'round', input: '0.001', output: '0.01' }],
});

/** Budgets and ledger on a database, as a process of the service has them, without HTTP. */
export class MoneyDesk {
  readonly ledger: LedgerService;
  readonly budgets: BudgetService;

  private constructor(readonly dataSource: DataSource) {
    this.ledger = new LedgerService(new DatabaseService(dataSource));
    this.budgets = new BudgetService(loadConfig({}), dataSource, PRICES, this.ledger);
  }

  static async open({ env }: TestDatabase): Promise<MoneyDesk> {
    const options = databaseOptions({ url: env.DATABASE_URL, dataDir: env.DATA_DIR });
    return new MoneyDesk(await openDatabase(options));
  }

  /** Another desk: on PostgreSQL with connections of its own, else on the one session there is. */
  async another(database: TestDatabase): Promise<MoneyDesk> {
    return database.kind === 'postgres' ? MoneyDesk.open(database) : new MoneyDesk(this.dataSource);
  }

  async budget(fields: Record<string, unknown>): Promise<void> {
    const row = {
      scope: 'global',
      scope_value: '',
      period: 'forever',
      mode: 'block',
      unpriced: 'block',
      thresholds: '{}',
      source: 'api',
      ...fields,
    };
    const names = Object.keys(row);
    await this.query(
      `INSERT INTO budget (${names.join(', ')}) VALUES (${names.map((_, n) => `$${n + 1}`).join(', ')})`,
      Object.values(row),
    );
    this.budgets.presence.changed();
  }

  query<Row>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    return this.dataSource.query(sql, parameters);
  }

  /** A call whose worst case is 80,000 for its frame and 10,000 a token of output. */
  hold(maxTokens: number, call: Partial<PlannedCall> = {}): Promise<Hold | undefined> {
    return this.budgets.hold({
      provider: 'test',
      model: 'round',
      scope: {},
      texts: [''],
      maxTokens,
      at: new Date(),
      ...call,
    });
  }

  async settle(hold: Hold | undefined, cost: bigint, more: Partial<EntryDraft> = {}) {
    const draft = { ...entryOf(cost), hold, ...more };
    await this.ledger.book(draft);
    return draft;
  }

  /** What all windows hold and have spent, and what the ledger says. */
  async sums() {
    const [row] = await this.query<{ spent: string; held: string; booked: string; holds: string }>(
      `SELECT (SELECT coalesce(sum(spent), 0) FROM budget_window) AS spent,
         (SELECT coalesce(sum(held), 0) FROM budget_window) AS held,
         (SELECT coalesce(sum(amount), 0) FROM budget_hold) AS holds,
         (SELECT coalesce(sum(cost_total), 0) FROM ledger_entry) AS booked`,
    );
    if (!row) throw new Error('Aggregates always have a row');
    return {
      spent: BigInt(row.spent),
      held: BigInt(row.held),
      holds: BigInt(row.holds),
      booked: BigInt(row.booked),
    };
  }

  /** An empty desk again; the ledger's rows cannot be deleted one by one. */
  async clear(): Promise<void> {
    await this.query(
      'TRUNCATE budget, budget_window, budget_hold, budget_spending, ledger_entry, ledger_adjustment',
    );
    this.budgets.presence.changed();
  }
}

export function entryOf(cost: bigint): EntryDraft {
  return {
    callId: randomUUID(),
    provider: 'test',
    operation: 'chat',
    requestModel: 'round',
    responseId: randomUUID(),
    status: 'ok',
    usage: { input: 1, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 1, reasoning: 0 },
    cost: { status: 'priced', total: cost, buckets: null, price: null },
    scope: entryScope({}),
    startedAt: new Date(),
    durationMs: 1,
  };
}
