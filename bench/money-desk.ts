import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The built service's rooms: its sources have decorators, which Node does not run by itself. */
async function room<Exports>(name: string): Promise<Exports> {
  return (await import(new URL(`../dist/${name}/index.js`, import.meta.url).href)) as Exports;
}

const { BudgetService } = await room<typeof import('../src/budget/index.js')>('budget');
const { loadConfig } = await room<typeof import('../src/config/index.js')>('config');
const { DatabaseService, databaseOptions, openDatabase } =
  await room<typeof import('../src/database/index.js')>('database');
const { PriceBook } = await room<typeof import('../src/genai/pricing/index.js')>('genai/pricing');
const { LedgerService, entryScope } = await room<typeof import('../src/ledger/index.js')>('ledger');

const USAGE = {
  input: 20,
  cacheRead: 0,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  output: 60,
  reasoning: 0,
};

/** Ledger and budgets on a database, called as `LlmService` calls them, without a provider. */
export async function openDesk(url: string | undefined, users: number) {
  const folder = await mkdtemp(join(tmpdir(), 'spanledger-bench-'));
  const dataSource = await openDatabase(databaseOptions({ url, dataDir: folder }));
  const prices = new PriceBook();
  const ledger = new LedgerService(new DatabaseService(dataSource));
  const budgets = new BudgetService(loadConfig({}), dataSource, prices, ledger);
  const call = { provider: 'anthropic', model: 'claude-sonnet-5' };
  let calls = 0;

  const draft = (userId: string) => ({
    ...call,
    callId: randomUUID(),
    responseId: randomUUID(),
    operation: 'chat',
    requestModel: call.model,
    status: 'ok' as const,
    usage: USAGE,
    cost: prices.cost({ ...call, usage: USAGE, at: new Date() }),
    scope: entryScope({ userId }),
    startedAt: new Date(),
    durationMs: 10,
  });

  return {
    async entryAlone(): Promise<void> {
      await ledger.book(draft(`user_${calls++ % users}`));
    },
    async holdAndSettle(): Promise<void> {
      const userId = `user_${calls++ % users}`;
      const texts = ['What is the capital of France?'];
      const at = new Date();
      const hold = await budgets.hold({ ...call, scope: { userId }, texts, maxTokens: 1024, at });
      await ledger.book({ ...draft(userId), hold });
    },
    /** The one budget of that scope, and no other. */
    async keepBudgetOf(scope: 'global' | 'user'): Promise<void> {
      await dataSource.query(
        'TRUNCATE budget, budget_window, budget_hold, ledger_entry, ledger_adjustment',
      );
      await dataSource.query(
        `INSERT INTO budget (id, scope, scope_value, period, limit_amount, mode, unpriced, thresholds, source)
         VALUES ('bench', $1, $2, 'day', 1e18, 'block', 'block', '{80,100}', 'api')`,
        [scope, scope === 'global' ? '' : '*'],
      );
      budgets.presence.changed();
      // Every user has a window already, as for all but the first call of a period.
      await Promise.all(Array.from({ length: users }, () => this.holdAndSettle()));
    },
    async close(): Promise<void> {
      await dataSource.destroy();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
