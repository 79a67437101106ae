import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BudgetUpkeep } from '../src/budget/budget-upkeep.js';
import { budgetRequest } from '../src/budget/budget.schema.js';
import { BudgetStore } from '../src/budget/budget-store.js';
import { Problem } from '../src/http/index.js';
import { freshDatabase, type TestDatabase } from './support/database.js';
import { MoneyDesk, entryOf } from './support/money-desk.js';

/** The worst case of a call of `tokens`: 80 tokens of frame at 1,000, and its output at 10,000. */
const worst = (tokens: number) => 80_000n + 10_000n * BigInt(tokens);

describe('holds', () => {
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

  const refusalOf = async (held: Promise<unknown>) => {
    const error = await held.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!(error instanceof Problem)) throw new Error(`Not refused: ${String(error)}`);
    return error.toDocument();
  };

  it('holds the worst case, settles it to the cost, and keeps nothing', async () => {
    await desk.budget({ id: 'all', limit_amount: worst(10) });
    const hold = await desk.hold(10);
    expect(await desk.sums()).toMatchObject({ spent: 0n, held: worst(10), holds: worst(10) });
    await desk.settle(hold, 12_345n);
    expect(await desk.sums()).toEqual({ spent: 12_345n, held: 0n, holds: 0n, booked: 12_345n });
  });

  it('takes what fits to the last picodollar, and refuses one more', async () => {
    await desk.budget({ id: 'all', limit_amount: 2n * worst(10) });
    await Promise.all([desk.hold(10), desk.hold(10)]);
    expect(await refusalOf(desk.hold(0))).toMatchObject({
      status: 402,
      type: 'urn:spanledger:problem:budget-exceeded',
      budget: 'all',
      limit_usd: '0.00000036',
      spent_usd: '0',
      held_usd: '0.00000036',
      left_usd: '0',
      needed_usd: '0.00000008',
      resets_at: null,
    });
  });

  it.each([1, 2, 5])(
    'refuses one of %s calls at once that want a picodollar too much',
    async (calls) => {
      await desk.budget({ id: 'all', limit_amount: BigInt(calls) * worst(10) - 1n });
      const results = await Promise.allSettled(Array.from({ length: calls }, () => desk.hold(10)));
      expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(1);
      expect((await desk.sums()).held).toBe(BigInt(calls - 1) * worst(10));
    },
  );

  it('gives in the order of asking: who does not fit does not keep out who does', async () => {
    await desk.budget({ id: 'all', limit_amount: worst(10) + worst(1) });
    const results = await Promise.allSettled([desk.hold(10), desk.hold(10), desk.hold(1)]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((await desk.sums()).held).toBe(worst(10) + worst(1));
  });

  it('holds on all budgets of a call or on none', async () => {
    await desk.budget({ id: 'wide', limit_amount: worst(100) });
    await desk.budget({
      id: 'ada',
      scope: 'user',
      scope_value: 'ada',
      limit_amount: worst(10) - 1n,
    });
    const scope = { userId: 'ada' };
    expect(await refusalOf(desk.hold(10, { scope }))).toMatchObject({
      budget: 'ada',
      scope_id: 'ada',
    });
    expect((await desk.sums()).held).toBe(0n);
    await desk.hold(9, { scope });
    expect((await desk.sums()).held).toBe(2n * worst(9));
  });

  it('gives each of a scope the limit for itself, when no one is named', async () => {
    await desk.budget({ id: 'each', scope: 'user', scope_value: '*', limit_amount: worst(1) });
    await desk.hold(1, { scope: { userId: 'ada' } });
    await desk.hold(1, { scope: { userId: 'eve' } });
    expect(await refusalOf(desk.hold(1, { scope: { userId: 'ada' } }))).toMatchObject({
      scope_id: 'ada',
    });
    expect(await desk.hold(1)).toBeUndefined();
  });

  it.each([
    ['api_key', 'key_1', { apiKeyId: 'key_1' }],
    ['user', 'ada', { userId: 'ada' }],
    ['conversation', 'c1', { conversation: { id: 'c1' } }],
    ['workflow_type', 'report', { workflow: { id: 'w1', type: 'report' } }],
    ['workflow', 'w1', { workflow: { id: 'w1' } }],
  ])('knows the scope %s', async (scope, scope_value, own) => {
    await desk.budget({ id: 'one', scope, scope_value, limit_amount: 0n });
    expect(await refusalOf(desk.hold(1, { scope: own }))).toMatchObject({ budget: 'one', scope });
    expect(await desk.hold(1)).toBeUndefined();
  });

  it('knows a model by any dated id', async () => {
    await desk.budget({ id: 'm', scope: 'model', scope_value: 'round', limit_amount: 0n });
    expect(await refusalOf(desk.hold(1))).toMatchObject({ scope: 'model', scope_id: 'round' });
    expect(await refusalOf(desk.hold(1, { model: 'round-20260101' }))).toMatchObject({
      scope_id: 'round',
    });
  });

  it('only counts, when it observes or warns', async () => {
    await desk.budget({ id: 'o', mode: 'observe', limit_amount: 1n });
    await desk.budget({ id: 'w', mode: 'warn', limit_amount: 1n });
    await desk.settle(await desk.hold(5), 100n);
    await desk.settle(await desk.hold(5), 100n);
    expect(await desk.sums()).toMatchObject({ spent: 400n, held: 0n, booked: 200n });
  });

  it('refuses a model without a price, or lets it pass uncounted, as the budget says', async () => {
    await desk.budget({ id: 'strict', limit_amount: worst(9) });
    const unknown = { model: 'who-knows' };
    expect(await refusalOf(desk.hold(1, unknown))).toMatchObject({
      status: 402,
      type: 'urn:spanledger:problem:budget-unpriced-model',
      needed_usd: null,
    });
    await desk.query(`UPDATE budget SET unpriced = 'allow'`);
    expect(await desk.hold(1, unknown)).toBeDefined();
    expect((await desk.sums()).held).toBe(0n);
  });

  it('counts an entry once, however often it is booked, and frees every hold', async () => {
    await desk.budget({ id: 'all', limit_amount: worst(100) });
    const [first, second] = await Promise.all([desk.hold(1), desk.hold(1)]);
    const draft = { ...entryOf(70n), hold: first };
    await Promise.all([
      desk.ledger.book(draft),
      desk.ledger.book({ ...draft, hold: second }),
      desk.ledger.book(draft),
    ]);
    await desk.ledger.book(draft);
    expect(await desk.sums()).toEqual({ spent: 70n, held: 0n, holds: 0n, booked: 70n });
  });

  it('settles in the transaction of what belongs to the call, or not at all', async () => {
    await desk.budget({ id: 'all', limit_amount: worst(100) });
    const draft = { ...entryOf(70n), hold: await desk.hold(1) };
    await expect(
      desk.ledger.bookWith(draft, () => Promise.reject(new Error('no turn'))),
    ).rejects.toThrow('no turn');
    expect(await desk.sums()).toMatchObject({ spent: 0n, held: worst(1) });
    await desk.ledger.bookWith(draft, async () => undefined);
    expect(await desk.sums()).toEqual({ spent: 70n, held: 0n, holds: 0n, booked: 70n });
  });

  it('frees the hold of a call that is not booked', async () => {
    await desk.budget({ id: 'all', limit_amount: worst(1) });
    await desk.budgets.release(await desk.hold(1));
    expect(await desk.sums()).toEqual({ spent: 0n, held: 0n, holds: 0n, booked: 0n });
  });

  it('frees a hold that was left behind when its time is over, and counts a late entry once', async () => {
    await desk.budget({ id: 'all', limit_amount: worst(1) });
    const lost = await desk.hold(1);
    await refusalOf(desk.hold(1));
    await desk.query(`UPDATE budget_hold SET expires_at = now() - interval '1 ms'`);
    const next = await desk.hold(1);
    expect((await desk.sums()).held).toBe(worst(1));
    await desk.settle(lost, 50n);
    await desk.settle(next, 20n);
    expect(await desk.sums()).toEqual({ spent: 70n, held: 0n, holds: 0n, booked: 70n });
  });

  it('starts with what the ledger has of its period already', async () => {
    await desk.settle(undefined, 40n, { scope: { userId: 'ada' } });
    await desk.settle(undefined, 2n, { scope: { userId: 'eve' } });
    await desk.settle(undefined, 1n, { startedAt: new Date('2020-01-01') });
    await desk.budget({ id: 'ever', limit_amount: worst(9) });
    await desk.budget({ id: 'today', period: 'day', limit_amount: worst(9) });
    await desk.budget({
      id: 'rolls',
      period: 'rolling',
      rolling_hours: 2,
      limit_amount: worst(9),
    });
    await desk.budget({ id: 'ada', scope: 'user', scope_value: '*', limit_amount: worst(9) });
    await desk.hold(1, { scope: { userId: 'ada' } });
    expect(
      await desk.query('SELECT budget_id, spent FROM budget_window ORDER BY budget_id'),
    ).toEqual([
      { budget_id: 'ada', spent: '40' },
      { budget_id: 'ever', spent: '43' },
      { budget_id: 'rolls', spent: '42' },
      { budget_id: 'today', spent: '42' },
    ]);
  });

  it('lets what was spent leave a rolling period', async () => {
    await desk.budget({
      id: 'rolls',
      period: 'rolling',
      rolling_hours: 2,
      limit_amount: worst(1),
    });
    await desk.settle(await desk.hold(1), worst(1));
    const { resets_at } = await refusalOf(desk.hold(1));
    // The minute it was spent in ends, and two hours later it leaves.
    const waits = Date.parse(String(resets_at)) - Date.now();
    expect(waits).toBeGreaterThan(119 * 60_000);
    expect(waits).toBeLessThanOrEqual(121 * 60_000);
    await desk.query(`UPDATE budget_spending SET minute = minute - interval '121 minutes'`);
    await desk.hold(1);
    expect(await desk.sums()).toMatchObject({ spent: 0n, held: worst(1) });
  });

  it('obeys a limit that is changed while calls fly', async () => {
    await desk.budget({ id: 'all', limit_amount: worst(1) });
    const flying = await desk.hold(1);
    await desk.query('UPDATE budget SET limit_amount = $1', [worst(1) - 1n]);
    await refusalOf(desk.hold(0));
    await desk.settle(flying, 30n);
    await refusalOf(desk.hold(1));
    await desk.query('UPDATE budget SET limit_amount = $1', [30n + worst(1)]);
    await desk.hold(1);
    expect(await desk.sums()).toMatchObject({ spent: 30n, held: worst(1) });
  });

  it('waits in no circle, while budgets of many windows change and go and come', async () => {
    const other = await desk.another(database);
    const users = Array.from({ length: 12 }, (_, n) => `user_${n}`);
    const each = { scope: 'user', scope_value: '*', limit_amount: worst(100) };
    const store = new BudgetStore(desk.dataSource, desk.budgets);
    const budget = budgetRequest.parse({ scope: 'user', period: 'forever', limit_usd: '1' });
    await desk.budget({ ...each, id: 'stays' });
    let running = true;
    const manage = (async () => {
      while (running) {
        const id = await store.create(budget);
        await store.change('stays', { thresholds: [50] });
        await store.change(id, { limit_usd: 5n * 10n ** 12n });
        await store.delete(id);
      }
    })();
    const work = async (till: MoneyDesk, from: number) => {
      for (let n = 0; n < 25; n++) {
        const userId = users[(from + n * 5) % users.length];
        await till.settle(await till.hold(1, { scope: { userId } }), 10n);
      }
    };
    await Promise.all(users.map((_, n) => work(n % 2 === 0 ? desk : other, n)));
    running = false;
    await manage;
    // 12 callers, 25 calls each, 10 picodollars a call.
    expect(
      await desk.query(`SELECT sum(spent) AS spent, sum(held) AS held FROM budget_window
        WHERE budget_id = 'stays'`),
    ).toEqual([{ spent: '3000', held: '0' }]);
    expect(await desk.query('SELECT 1 FROM budget_hold')).toEqual([]);
    if (other.dataSource !== desk.dataSource) await other.dataSource.destroy();
  });

  it('are tidied up: runs and periods of long ago, and what a deleted budget left', async () => {
    await desk.budget({ id: 'hour', period: 'hour', limit_amount: worst(9) });
    await desk.budget({ id: 'run:old', scope: 'run', source: 'run', limit_amount: 1n });
    await desk.settle(await desk.hold(1), 5n);
    const upkeep = new BudgetUpkeep(desk.dataSource);
    await upkeep.run();
    expect(await desk.query('SELECT 1 FROM budget_window')).toHaveLength(1);
    await desk.query(`UPDATE budget_window SET ends_at = now() - interval '40 days'`);
    await desk.query(`UPDATE budget SET updated_at = now() - interval '40 days'`);
    await desk.query(`INSERT INTO budget_hold VALUES (gen_random_uuid(), 0, 1, '2020-01-01')`);
    await upkeep.run();
    expect(await desk.query('SELECT 1 FROM budget_window')).toEqual([]);
    expect(await desk.query('SELECT 1 FROM budget_hold')).toEqual([]);
    expect(await desk.query('SELECT id FROM budget')).toEqual([{ id: 'hour' }]);
  });
});
