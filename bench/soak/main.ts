import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startPostgres } from '../../test/support/postgres-server.ts';
import { measure } from '../load.ts';
import { Target } from '../target.ts';
import { OpenLoop } from './open-loop.ts';
import type { Span } from './plot.ts';
import { report } from './report.ts';
import { Watch } from './watch.ts';

const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    'step-seconds': { type: 'string', default: '60' },
    rate: { type: 'string' },
    postgres: { type: 'boolean', default: false },
    workers: { type: 'string', default: '1' },
    out: { type: 'string', default: join(tmpdir(), 'spanledger-soak') },
    help: { type: 'boolean', default: false },
  },
});

if (options.help) {
  console.log(`npm run bench:soak -- [--minutes 10] [--step-seconds 60] [--rate n] [--postgres [--workers 1]] [--out folder]

Calls POST /chat at a constant rate, by default half of what a short trial got through, then at ten
times that, as before, and both once more: what memory the first step left must do for the second.
Latency counts from when a call was due. Prints a table, and writes soak.json and soak.svg to the
folder.`);
  process.exit(0);
}

/** A quick model: what waits for it is in hand, as with a real one. */
const LATENCY_MS = 300;
const READ_EVERY_SECONDS = 5;
/** Longer than the service keeps idle connections: so it is seen without those of the step. */
const REST_SECONDS = 180;

const minutes = Number(options.minutes);
const stepSeconds = Number(options['step-seconds']);
const folder = await mkdtemp(join(tmpdir(), 'spanledger-soak-data-'));
const provider = await Target.start('provider', ['bench/provider.ts'], {}, '/__fake/requests');
const postgres = options.postgres ? await startPostgres() : undefined;
const service = await Target.start(
  'service',
  ['--import', './dist/instrumentation.js', 'dist/main.js'],
  {
    ANTHROPIC_API_KEY: 'bench',
    ANTHROPIC_BASE_URL: provider.url,
    DATA_DIR: folder,
    ...(postgres && { DATABASE_URL: postgres.url, WORKERS: options.workers }),
  },
);

try {
  const perSecond = options.rate === undefined ? await sustained() : Number(options.rate);
  await fetch(`${provider.url}/__fake/options`, {
    method: 'PUT',
    body: JSON.stringify({ latencyMs: LATENCY_MS }),
  });
  const before = await booked();
  const load = new OpenLoop(service.url);
  const watch = new Watch(service.url, () => load.elapsed, READ_EVERY_SECONDS);
  console.log(
    `${perSecond} calls a second for ${minutes} min, then twice: ` +
      `ten times that for ${stepSeconds} s, and as before for ${REST_SECONDS} s`,
  );
  await load.run(perSecond, minutes * 60);
  const step = async (): Promise<Span> => {
    const from = load.elapsed / 1_000;
    await load.run(perSecond * 10, stepSeconds);
    const until = load.elapsed / 1_000;
    await load.run(perSecond, REST_SECONDS);
    return [from, until];
  };
  const steps = [await step(), await step()] as const;
  const seconds = load.elapsed / 1_000;
  await load.end();
  await watch.stop();
  const calls = (await booked()) - before;
  const soak = {
    database: postgres ? 'PostgreSQL' : 'embedded',
    workers: postgres ? Number(options.workers) : 1,
    perSecond,
    seconds,
    steps,
    booked: calls,
    senderLatestMs: load.latest,
    leftOut: load.leftOut,
    outcomes: load.outcomes,
    readings: watch.readings,
  };
  const { json, svg } = report(soak);
  await mkdir(options.out, { recursive: true });
  await writeFile(join(options.out, 'soak.json'), json);
  await writeFile(join(options.out, 'soak.svg'), svg);
  console.log(`Written to ${options.out}`);
} finally {
  await service.stop();
  await provider.stop();
  await postgres?.stop();
  await rm(folder, { recursive: true, force: true });
}

/** Half of what the machine gets through with the sender beside it: it can be kept up. */
async function sustained(): Promise<number> {
  const body = { message: 'What is the capital of France?' };
  await measure(service, { path: '/chat', connections: 50, body }, 3);
  const trial = await measure(service, { path: '/chat', connections: 50, body }, 10);
  return Math.max(1, Math.floor(trial.requestsPerSecond / 2));
}

/** Calls that the ledger has, all told. */
async function booked(): Promise<number> {
  const usage = (await (await fetch(`${service.url}/usage?group_by=model`)).json()) as {
    total: { calls: number };
  };
  return usage.total.calls;
}
