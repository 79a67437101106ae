import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EntryDraft, Hold } from '../src/ledger/index.js';
import { freshDatabase, type TestDatabase } from './support/database.js';
import { MoneyDesk, entryOf } from './support/money-desk.js';

/** See `MoneyDesk.hold`. */
const worst = (tokens: number) => 80_000n + 10_000n * BigInt(tokens);

const USERS = ['ada', 'eve'] as const;
type User = (typeof USERS)[number];

/** What a window must say, worked out without a database. */
interface ModelWindow {
  spent: bigint;
  held: bigint;
}

interface ModelHold {
  readonly user: User;
  readonly amount: bigint;
  readonly windows: readonly ModelWindow[];
  readonly real: Hold;
  live: boolean;
}

/** Two budgets: `all` for everybody together, `each` for each user. */
interface Model {
  readonly limits: { all: bigint; each: bigint };
  windows: Map<string, ModelWindow>;
  readonly booked: Record<User, bigint>;
  readonly flying: ModelHold[];
  readonly entries: EntryDraft[];
}

/** Asks for several calls at once; they are served in this order. */
class Ask implements fc.AsyncCommand<Model, MoneyDesk> {
  readonly #calls: ReadonlyArray<{ user: User; tokens: number }>;
  constructor(calls: ReadonlyArray<{ user: User; tokens: number }>) {
    this.#calls = calls;
  }
  check = () => true;
  toString = () => `ask(${this.#calls.map(({ user, tokens }) => `${user} ${tokens}`).join(', ')})`;

  async run(model: Model, desk: MoneyDesk): Promise<void> {
    const results = await Promise.allSettled(
      this.#calls.map(({ user, tokens }) => desk.hold(tokens, { scope: { userId: user } })),
    );
    // The whole group opens its windows first: with what was booked until then.
    const { ada, eve } = model.booked;
    const open = (key: string, spent: bigint) => {
      const window = model.windows.get(key) ?? { spent, held: 0n };
      model.windows.set(key, window);
      return window;
    };
    this.#calls.forEach(({ user, tokens }, n) => {
      const all = open('all ', ada + eve);
      const each = open(`each ${user}`, model.booked[user]);
      const amount = worst(tokens);
      const fits =
        all.spent + all.held + amount <= model.limits.all &&
        each.spent + each.held + amount <= model.limits.each;
      const result = results[n];
      expect(result?.status).toBe(fits ? 'fulfilled' : 'rejected');
      if (result?.status !== 'fulfilled' || !result.value) return;
      const windows = [all, each];
      for (const window of windows) window.held += amount;
      model.flying.push({ user, amount, windows, real: result.value, live: true });
    });
    await agree(model, desk);
  }
}

/** A call under way comes to its end: booked, given up, or left to run out. */
class End implements fc.AsyncCommand<Model, MoneyDesk> {
  readonly #how: 'book' | 'release' | 'expire';
  readonly #which: number;
  readonly #share: bigint;
  constructor(how: 'book' | 'release' | 'expire', which: number, percent: number) {
    this.#how = how;
    this.#which = which;
    this.#share = BigInt(percent);
  }
  check = ({ flying }: Readonly<Model>) => flying.length > 0;
  toString = () => `${this.#how}(${this.#which}, ${this.#share} %)`;

  async run(model: Model, desk: MoneyDesk): Promise<void> {
    const index = this.#which % model.flying.length;
    const hold = model.flying[index] as ModelHold;
    if (hold.live) for (const window of hold.windows) window.held -= hold.amount;
    hold.live = false;
    if (this.#how === 'expire') {
      // It may still be booked later.
      await desk.query(`UPDATE budget_hold SET expires_at = '-infinity' WHERE id = $1`, [
        hold.real.id,
      ]);
    } else {
      model.flying.splice(index, 1);
      if (this.#how === 'release') await desk.budgets.release(hold.real);
      else await this.#book(model, desk, hold);
    }
    await agree(model, desk);
  }

  async #book(model: Model, desk: MoneyDesk, { user, amount, windows, real }: ModelHold) {
    const cost = (amount * this.#share) / 100n;
    const draft = { ...entryOf(cost), hold: real, scope: { userId: user } };
    await (this.#which % 2 === 0
      ? desk.ledger.book(draft)
      : desk.ledger.bookWith(draft, async () => undefined));
    for (const window of windows) window.spent += cost;
    model.booked[user] += cost;
    model.entries.push(draft);
  }
}

/** The same entry again, as after a lost connection: nothing changes. */
class BookAgain implements fc.AsyncCommand<Model, MoneyDesk> {
  readonly #which: number;
  constructor(which: number) {
    this.#which = which;
  }
  check = ({ entries }: Readonly<Model>) => entries.length > 0;
  toString = () => `bookAgain(${this.#which})`;

  async run(model: Model, desk: MoneyDesk): Promise<void> {
    await desk.ledger.book(model.entries[this.#which % model.entries.length] as EntryDraft);
    await agree(model, desk);
  }
}

class ChangeLimit implements fc.AsyncCommand<Model, MoneyDesk> {
  readonly #id: 'all' | 'each';
  readonly #limit: bigint;
  constructor(id: 'all' | 'each', limit: bigint) {
    this.#id = id;
    this.#limit = limit;
  }
  check = () => true;
  toString = () => `changeLimit(${this.#id}, ${this.#limit})`;

  async run(model: Model, desk: MoneyDesk): Promise<void> {
    model.limits[this.#id] = this.#limit;
    await desk.query('UPDATE budget SET limit_amount = $2 WHERE id = $1', [this.#id, this.#limit]);
  }
}

/** Both budgets are removed and made again while calls fly: they begin with what is booked. */
class Remake implements fc.AsyncCommand<Model, MoneyDesk> {
  check = () => true;
  toString = () => 'remake()';

  async run(model: Model, desk: MoneyDesk): Promise<void> {
    await desk.query('TRUNCATE budget, budget_window, budget_hold, budget_spending');
    model.windows = new Map();
    for (const hold of model.flying) hold.live = false;
    await makeBudgets(model, desk);
  }
}

async function makeBudgets({ limits }: Model, desk: MoneyDesk): Promise<void> {
  await desk.budget({ id: 'all', limit_amount: limits.all });
  await desk.budget({ id: 'each', scope: 'user', scope_value: '*', limit_amount: limits.each });
}

async function agree(model: Model, desk: MoneyDesk): Promise<void> {
  await desk.query('SELECT budget_reclaim(array_agg(id)) FROM budget_window HAVING count(*) > 0');
  const rows = await desk.query<{ key: string; spent: string; held: string }>(
    `SELECT budget_id || ' ' || subject AS key, spent, held FROM budget_window`,
  );
  const real = new Map(
    rows.map(({ key, spent, held }) => [key, { spent: BigInt(spent), held: BigInt(held) }]),
  );
  expect(real).toEqual(model.windows);
  const { booked, holds } = await desk.sums();
  expect(booked).toBe(model.booked.ada + model.booked.eve);
  const live = model.flying.filter((hold) => hold.live);
  // Each is held on two windows.
  expect(holds).toBe(live.reduce((sum, { amount }) => sum + 2n * amount, 0n));
}

/** Worst cases are multiples of 10,000: limits a picodollar beside them are where faults hide. */
const limits = fc
  .tuple(fc.bigInt({ min: 1n, max: 48n }), fc.constantFrom(-1n, 0n, 1n))
  .map(([units, beside]) => units * 10_000n + beside);
const which = fc.nat({ max: 20 });
const commands = [
  fc
    .array(fc.record({ user: fc.constantFrom(...USERS), tokens: fc.nat({ max: 10 }) }), {
      minLength: 1,
      maxLength: 5,
    })
    .map((calls) => new Ask(calls)),
  fc
    .tuple(fc.constantFrom('book', 'book', 'release', 'expire'), which, fc.nat({ max: 100 }))
    .map(([how, index, percent]) => new End(how, index, percent)),
  which.map((index) => new BookAgain(index)),
  fc.tuple(fc.constantFrom('all', 'each'), limits).map(([id, limit]) => new ChangeLimit(id, limit)),
  fc.constant(new Remake()),
];

let database: TestDatabase;
let desk: MoneyDesk;

beforeAll(async () => {
  database = await freshDatabase();
  desk = await MoneyDesk.open(database);
});
afterAll(async () => {
  await desk.dataSource.destroy();
  await database.drop();
});

it('budgets do what a model of them does, in any order of events', async () => {
  await fc.assert(
    fc.asyncProperty(fc.commands(commands, { maxCommands: 40 }), async (events) => {
      await desk.clear();
      const model: Model = {
        limits: { all: worst(40), each: worst(25) },
        windows: new Map(),
        booked: { ada: 0n, eve: 0n },
        flying: [],
        entries: [],
      };
      await makeBudgets(model, desk);
      await fc.asyncModelRun(() => ({ model, real: desk }), events);
    }),
    { numRuns: 60, endOnFailure: true },
  );
}, 120_000);
