import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BudgetStore } from '../src/budget/budget-store.js';
import { BudgetUpkeep } from '../src/budget/budget-upkeep.js';
import { holdCalls, type HoldRequest } from '../src/budget/hold-outcome.js';
import { freshDatabase, type TestDatabase } from './support/database.js';
import { MoneyDesk } from './support/money-desk.js';

describe('a budget that is deleted', () => {
  let database: TestDatabase;
  let desk: MoneyDesk;

  beforeAll(async () => {
    database = await freshDatabase();
    desk = await MoneyDesk.open(database);
  });
  beforeEach(() => desk.clear());
  afterAll(async () => {
    await desk.dataSource.destroy();
    await database.drop();
  });

  const windows = () => desk.query('SELECT budget_id, held FROM budget_window');

  // The embedded database has one session: there, nobody can come in between.
  it.runIf(process.env.TEST_DATABASE_URL)(
    'takes with it the window that a call opens at that moment',
    async () => {
      await desk.budget({ id: 'gone', limit_amount: 1_000_000n });
      const call: HoldRequest = {
        scopes: [{ scope: 'global', value: '' }],
        amount: 7n,
        runs: [],
      };
      let deleted: Promise<void> | undefined;
      await desk.dataSource.transaction(async (manager) => {
        const [outcome] = await holdCalls(manager, [call], 60_000);
        expect(outcome).toMatchObject({ hold: { windows: [expect.any(String)] } });
        deleted = new BudgetStore(desk.dataSource, desk.budgets).delete('gone');
        await sleep(300);
      });
      await deleted;
      expect(await windows()).toEqual([]);
      await desk.budget({ id: 'gone', limit_amount: 7n });
      const [outcome] = await holdCalls(desk.dataSource.manager, [call], 60_000);
      expect(outcome).toHaveProperty('hold');
    },
  );

  it('leaves no window that upkeep would not find, whatever is held on it', async () => {
    await desk.budget({ id: 'gone', limit_amount: 1_000_000n });
    await desk.hold(1);
    await desk.query(`DELETE FROM budget WHERE id = 'gone'`);
    expect(await windows()).toHaveLength(1);
    await new BudgetUpkeep(desk.dataSource).run();
    expect(await windows()).toEqual([]);
  });
});
