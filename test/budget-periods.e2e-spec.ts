import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshDatabase, type TestDatabase } from './support/database.js';
import { MoneyDesk } from './support/money-desk.js';

/** Clocks go forward at 01:00 UTC on 29 March 2026 in Berlin, and back on 25 October. */
const CASES: ReadonlyArray<readonly [string, string, string, string, string]> = [
  ['hour', 'UTC', '2026-03-29T01:30Z', '2026-03-29T01:00Z', '2026-03-29T02:00Z'],
  ['day', 'UTC', '2026-03-29T12:00Z', '2026-03-29T00:00Z', '2026-03-30T00:00Z'],
  // 23 and 25 hours.
  ['day', 'Europe/Berlin', '2026-03-29T12:00Z', '2026-03-28T23:00Z', '2026-03-29T22:00Z'],
  ['day', 'Europe/Berlin', '2026-10-25T12:00Z', '2026-10-24T22:00Z', '2026-10-25T23:00Z'],
  // The local hour from 2 to 3 comes twice: it is two hours, each with its own money.
  ['hour', 'Europe/Berlin', '2026-10-25T00:30Z', '2026-10-25T00:00Z', '2026-10-25T01:00Z'],
  ['hour', 'Europe/Berlin', '2026-10-25T01:30Z', '2026-10-25T01:00Z', '2026-10-25T02:00Z'],
  // Half an hour off UTC, and half an hour of change.
  ['hour', 'Asia/Kolkata', '2026-05-01T10:45Z', '2026-05-01T10:30Z', '2026-05-01T11:30Z'],
  ['day', 'Australia/Lord_Howe', '2026-04-05T03:00Z', '2026-04-04T13:00Z', '2026-04-05T13:30Z'],
  // A day without midnight: Cairo's clocks go from 0:00 to 1:00 on 24 April 2026.
  ['day', 'Africa/Cairo', '2026-04-24T10:00Z', '2026-04-23T22:00Z', '2026-04-24T21:00Z'],
  // Weeks begin on Monday; 29 March is the Sunday before.
  ['week', 'Europe/Berlin', '2026-03-29T12:00Z', '2026-03-22T23:00Z', '2026-03-29T22:00Z'],
  ['month', 'Europe/Berlin', '2026-03-31T23:00Z', '2026-03-31T22:00Z', '2026-04-30T22:00Z'],
  ['month', 'America/New_York', '2026-03-01T04:59Z', '2026-02-01T05:00Z', '2026-03-01T05:00Z'],
];

const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Africa/Cairo'];

describe('periods', () => {
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

  it.each(CASES)('%s in %s at %s is from %s to %s', async (period, zone, at, start, end) => {
    const [row] = await desk.query(
      `SELECT budget_period_start($1, $2, $3) AS start, budget_period_end($1, $2, $3) AS end`,
      [period, zone, at],
    );
    expect(row).toEqual({ start: new Date(start), end: new Date(end) });
  });

  it.each(ZONES)('follow each other in %s through the year, without a gap', async (zone) => {
    const faults = await desk.query(
      `SELECT period, at FROM unnest(ARRAY['hour', 'day', 'week', 'month']) AS period,
         generate_series('2026-01-01'::timestamptz, '2026-12-31', '7 hours 13 minutes') AS at,
         LATERAL (SELECT budget_period_start(period, $1, at) AS starts,
           budget_period_end(period, $1, at) AS ends) AS window_of
       WHERE at < starts OR at >= ends
         OR budget_period_start(period, $1, ends) <> ends
         OR budget_period_start(period, $1, ends - interval '1 us') <> starts`,
      [zone],
    );
    expect(faults).toEqual([]);
  });

  it('charge a call to the period that it began in, and give the next one all its room', async () => {
    await desk.budget({ id: 'hourly', period: 'hour', limit_amount: 90_000n });
    const before = await desk.hold(1);
    // The hour is over: its window is that of an hour ago.
    await desk.query(
      `UPDATE budget_window SET starts_at = starts_at - interval '1 hour', ends_at = starts_at`,
    );
    await desk.query(`UPDATE budget SET counting_since = now() - interval '1 day'`);
    const after = await desk.hold(1);
    await desk.settle(before, 70n);
    await desk.settle(after, 5n);
    expect(await desk.query('SELECT spent, held FROM budget_window ORDER BY starts_at')).toEqual([
      { spent: '70', held: '0' },
      { spent: '5', held: '0' },
    ]);
  });
});
