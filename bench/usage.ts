import { parseArgs } from 'node:util';
import { startPostgres } from '../test/support/postgres-server.ts';
import { median, spread } from './statistics.ts';
import { openUsage } from './usage-desk.ts';

const { values: options } = parseArgs({
  options: {
    entries: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '9' },
    help: { type: 'boolean', default: false },
  },
});

if (options.help) {
  console.log(`npm run build && node bench/usage.ts [--entries 1000000] [--rounds 9]

Milliseconds of usage reports on PostgreSQL, over entries of 90 days: 20 models, 2,000 users, 12
workflow types, a conversation of five turns each. By the hourly sums, and beside it the same
report with the sums empty, when everything is read from the ledger. The two must answer the same.`);
  process.exit(0);
}

const QUERIES: ReadonlyArray<readonly [string, object]> = [
  ['by model, all time', { group_by: 'model' }],
  ['by user and model, all time', { group_by: 'user,model' }],
  ['by day and model, 30 days', { group_by: 'day,model', from: daysAgo(30) }],
  ['by workflow type, by week', { group_by: 'workflow_type', bucket: 'week' }],
  ['by conversation, all time', { group_by: 'conversation' }],
  ['one user by model, all time', { group_by: 'model', user: 'user-77' }],
  ['by model, from 10:17 to 16:42 of a day', { group_by: 'model', ...oneDay() }],
];

const entries = Number(options.entries);
const rounds = Number(options.rounds);
const postgres = await startPostgres();
try {
  const usage = await openUsage(postgres.url);
  await usage.fill(entries);
  const raw = await each(3, (query) => usage.report(query));
  const begun = performance.now();
  await usage.addUp();
  const seconds = (performance.now() - begun) / 1_000;
  console.log(`${entries} entries added up in ${seconds.toFixed(1)} s: ${await usage.size()}`);
  const summed = await each(rounds, (query) => usage.report(query));
  QUERIES.forEach(([name], n) => {
    const [by, ledger] = [summed[n], raw[n]];
    if (!by || !ledger) return;
    if (by.answer !== ledger.answer) throw new Error(`${name}: sums and ledger differ`);
    console.log(
      `${name.padEnd(40)} ${line(by.times)} ms; from the ledger ${line(ledger.times)} ms; ` +
        `ratio ${(median(ledger.times) / median(by.times)).toFixed(1)}`,
    );
  });
  await usage.close();
} finally {
  await postgres.stop();
}

interface Timed {
  readonly times: number[];
  readonly answer: string;
}

/** The queries in turn, so many times, after one round to warm up. */
async function each(times: number, report: (query: object) => Promise<unknown>): Promise<Timed[]> {
  const results = QUERIES.map((): Timed & { answer: string } => ({ times: [], answer: '' }));
  for (let round = -1; round < times; round++) {
    for (const [n, [, query]] of QUERIES.entries()) {
      const begun = performance.now();
      const answer = await report(query);
      const result = results[n];
      if (!result) continue;
      if (round >= 0) result.times.push(performance.now() - begun);
      result.answer = JSON.stringify(answer);
    }
  }
  return results;
}

function line(times: number[]): string {
  return spread(times);
}

function daysAgo(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
}

function oneDay() {
  return { from: `${daysAgo(10)}T10:17:00Z`, to: `${daysAgo(10)}T16:42:00Z` };
}
