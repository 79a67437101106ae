import { parseArgs } from 'node:util';
import { postgresInstalled } from '../test/support/postgres-binaries.ts';
import { startPostgres } from '../test/support/postgres-server.ts';
import { openDesk } from './money-desk.ts';
import { median, spread } from './statistics.ts';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});

if (options.help) {
  console.log(`npm run build && node bench/budget.ts [--rounds 5] [--seconds 1]

Calls per second, and time of a call, of hold + settle + entry beside the entry alone, without a
provider: on one budget that all callers share, and on one for each of 1,000 users. Entry alone and
the two take turns in every round; the ratio is of the same round.`);
  process.exit(0);
}

const rounds = Number(options.rounds);
const milliseconds = Number(options.seconds) * 1_000;
const CALLERS = [1, 8, 64];
const USERS = 1_000;

const postgres = postgresInstalled() ? await startPostgres() : undefined;
try {
  await measure('embedded', undefined);
  if (postgres) await measure('PostgreSQL', postgres.url);
} finally {
  await postgres?.stop();
}

async function measure(name: string, url: string | undefined): Promise<void> {
  const desk = await openDesk(url, USERS);
  for (const callers of CALLERS) {
    const alone: number[] = [];
    const one: number[] = [];
    const many: number[] = [];
    for (let round = -1; round < rounds; round++) {
      await desk.keepBudgetOf('global');
      const rates = [
        await rate(callers, () => desk.entryAlone()),
        await rate(callers, () => desk.holdAndSettle()),
      ];
      await desk.keepBudgetOf('user');
      rates.push(await rate(callers, () => desk.holdAndSettle()));
      // The first one only warms up.
      if (round >= 0) [alone, one, many].forEach((list, n) => list.push(rates[n] ?? 0));
    }
    report(name, callers, { alone, one, many });
  }
  await desk.close();
}

/** Calls per second of so many callers, each of whom waits for its call. */
async function rate(callers: number, work: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  let calls = 0;
  await Promise.all(
    Array.from({ length: callers }, async () => {
      while (performance.now() - begun < milliseconds) {
        await work();
        calls += 1;
      }
    }),
  );
  return (calls * 1_000) / (performance.now() - begun);
}

function report(name: string, callers: number, rates: Record<'alone' | 'one' | 'many', number[]>) {
  const latency = (list: number[]) => (callers * 1_000) / median(list);
  console.log(`\n${name}, ${callers} at once, ${rounds} rounds of ${milliseconds / 1_000} s`);
  for (const [title, list] of Object.entries(rates)) {
    const ratios = list.map((value, round) => (rates.alone[round] ?? Number.NaN) / value);
    const added = latency(list) - latency(rates.alone);
    console.log(
      `  ${title.padEnd(6)} calls/s ${spread(list).padEnd(26)} time x alone ${spread(ratios, 2).padEnd(22)} ` +
        `call ${latency(list).toFixed(2)} ms, added ${added.toFixed(2)} ms`,
    );
  }
}
