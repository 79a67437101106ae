import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DatabaseService } from '../src/database/index.js';
import { DataSource } from 'typeorm';
import { INSERT_ENTRIES, insertParameter } from '../src/ledger/entry-insert.js';
import { LedgerService } from '../src/ledger/index.js';
import { UsageSums } from '../src/ledger/usage/usage-sums.js';
import { UsageService } from '../src/ledger/usage/usage.service.js';
import { usageQuery } from '../src/ledger/usage/usage.schema.js';
import { RepricingService } from '../src/repricing/repricing.service.js';
import { bookOf, booked } from './support/booked.js';
import { TestService } from './support/test-service.js';

const DAY = Date.parse('2026-10-01T00:00:00Z');
const MODELS = ['model-a', 'model-b'] as const;
const USERS = ['ada', 'eve', undefined] as const;

/** A call within two days, often at the very edge of an hour. */
const call = fc.record({
  kind: fc.constant('book' as const),
  model: fc.constantFrom(...MODELS),
  user: fc.constantFrom(...USERS),
  input: fc.integer({ min: 0, max: 5 }),
  at: fc
    .tuple(fc.integer({ min: 0, max: 47 }), fc.constantFrom(0, 1, 1_800_000, 3_599_999))
    .map(([hour, ms]) => new Date(DAY + hour * 3_600_000 + ms)),
  estimated: fc.boolean(),
});

const step = fc.oneof(
  { weight: 6, arbitrary: call },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('add up' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('reprice' as const),
      rate: fc.integer({ min: 1, max: 3 }),
      model: fc.constantFrom(...MODELS),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('rebuild' as const) }) },
);

const moment = fc.option(
  fc
    .tuple(fc.integer({ min: -1, max: 49 }), fc.constantFrom(0, 0, 1, 1_800_000))
    .map(([hour, ms]) => new Date(DAY + hour * 3_600_000 + ms)),
  { nil: undefined },
);

describe('the hourly sums', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start();
  });
  beforeEach(empty);
  afterAll(() => service.stop());

  async function empty(): Promise<void> {
    await service.query('TRUNCATE ledger_entry, ledger_adjustment, ledger_repricing, usage_hour');
  }

  /** The ledger added up row by row, with no sums. */
  async function byHand(from: Date | undefined, to: Date | undefined): Promise<unknown[]> {
    return service.query(
      `SELECT user_id, coalesce(response_model, request_model) AS model, count(*)::int AS calls,
         sum(cost_total)::text AS cost,
         count(*) FILTER (WHERE cost_status = 'unpriced')::int AS unpriced,
         count(*) FILTER (WHERE cost_status = 'partial')::int AS partial,
         count(*) FILTER (WHERE usage_details ->> 'estimated' = 'true')::int AS estimated,
         sum(input_tokens)::int AS input
       FROM ledger_current
       WHERE ($1::timestamptz IS NULL OR started_at >= $1)
         AND ($2::timestamptz IS NULL OR started_at < $2)
       GROUP BY 1, 2 ORDER BY 1 NULLS FIRST, 2`,
      [from ?? null, to ?? null],
    );
  }

  async function byReport(from: Date | undefined, to: Date | undefined): Promise<unknown[]> {
    const query = usageQuery.parse({ group_by: 'user,model' });
    const { groups } = await service.app.get(UsageService).report({ ...query, from, to });
    return groups
      .map((group) => ({
        user_id: group.keys.user ?? null,
        model: group.keys.model,
        calls: group.calls,
        cost: group.cost_usd === null ? null : picodollars(group.cost_usd),
        unpriced: group.unpriced_calls,
        partial: group.partial_calls,
        estimated: group.estimated_calls,
        input: group.input_tokens,
      }))
      .toSorted((a, b) => order(a).localeCompare(order(b), 'en'));
  }

  it('and what is booked behind them are the ledger, whatever is done in whichever order', async () => {
    const sums = service.app.get(UsageSums);
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 25 }),
        fc.array(fc.tuple(moment, moment), { minLength: 1, maxLength: 4 }),
        async (steps, ranges) => {
          await empty();
          for (const one of steps) {
            if (one.kind === 'book') {
              const { estimated, user, ...options } = one;
              const faults = estimated ? { estimated, faults: ['output is estimated'] } : {};
              const usage = { ...booked(options).usage, ...faults };
              const draft = booked({ ...options, scope: { userId: user }, draft: { usage } });
              await service.app.get(LedgerService).book(draft);
            } else if (one.kind === 'reprice') {
              const database = service.app.get(DatabaseService);
              const repricing = new RepricingService(database, bookOf({ [one.model]: one.rate }));
              await repricing.run(await repricing.start({}), new AbortController().signal);
            } else if (one.kind === 'rebuild') await sums.rebuild();
            else await sums.catchUp();
          }
          for (const [from, to] of ranges) {
            expect(await byReport(from, to)).toEqual(await byHand(from, to));
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('hold everything once the ledger is at rest, and a report then reads nothing else', async () => {
    const ledger = service.app.get(LedgerService);
    await Promise.all(MODELS.map((model) => ledger.book(booked({ model }))));
    await service.app.get(UsageSums).catchUp();
    const [row] = await service.query<{ calls: number; last: boolean }>(
      `SELECT (SELECT sum(calls)::int FROM usage_hour) AS calls,
         (SELECT max(id) FROM ledger_entry) =
           (SELECT last_id FROM usage_progress WHERE source = 'entry') AS last`,
    );
    expect(row).toEqual({ calls: 2, last: true });
  });

  it.skipIf(process.env.TEST_DATABASE !== 'postgres')(
    'leave out nothing that is committed after a later entry',
    async () => {
      const ledger = service.app.get(LedgerService);
      const slow = service.app.get(DataSource).createQueryRunner();
      await slow.startTransaction();
      await slow.query(INSERT_ENTRIES, [insertParameter([booked({ input: 5 })])]);
      await ledger.book(booked({ input: 7 }));
      // The lower id is not there yet, so the higher one is not added up either.
      await expect(service.app.get(UsageSums).catchUp()).rejects.toThrow(/lock timeout/);
      expect(await byReport(undefined, undefined)).toEqual(await byHand(undefined, undefined));
      await slow.commitTransaction();
      await slow.release();
      await service.app.get(UsageSums).catchUp();
      expect(await byReport(undefined, undefined)).toMatchObject([{ calls: 2, input: 12 }]);
    },
  );

  it('take ids that are longer than an index takes', async () => {
    const userId = 'u'.repeat(5_000);
    await service.app.get(LedgerService).book(booked({ scope: { userId } }));
    await service.app.get(UsageSums).catchUp();
    expect(await service.query('SELECT user_id FROM usage_hour')).toEqual([{ user_id: userId }]);
  });
});

function picodollars(usd: string): string {
  const [whole = '', fraction = ''] = usd.split('.');
  return BigInt(whole + fraction.padEnd(12, '0')).toString();
}

function order(row: { user_id: string | null; model?: string | null }): string {
  return `${row.user_id ?? ''} ${row.model ?? ''}`;
}
