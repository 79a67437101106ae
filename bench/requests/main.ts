import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measure, type Sample } from '../load.ts';
import { spread } from '../statistics.ts';
import { Target } from '../target.ts';

/*
 * npm run bench:requests
 *
 * What it costs to measure, log and trace every request: the service and the usual set-up beside
 * the same two routes without any of it, and the FastAPI example where `--python` has its packages.
 * All spans are exported by OTLP. All take turns.
 */

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    python: { type: 'string', default: 'python3' },
  },
});
const rounds = Number(options.rounds);
const seconds = Number(options.seconds);

const folder = await mkdtemp(join(tmpdir(), 'spanledger-bench-'));
const collector = await Target.start('collector', ['bench/collector.ts'], {});
const traced = {
  OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
  OTEL_METRICS_EXPORTER: 'none',
  OTEL_LOGS_EXPORTER: 'none',
  OTEL_BSP_MAX_QUEUE_SIZE: '100000',
  OTEL_BSP_SCHEDULE_DELAY: '500',
};
const usual = ['--import', './bench/requests/usual-telemetry.ts', 'bench/requests/usual.ts'];
const service = ['--import', './dist/instrumentation.js', 'dist/main.js'];
const targets = [
  await Target.start('bare Nest + Fastify', ['bench/requests/bare.ts'], {}),
  await Target.start('usual set-up', usual, traced),
  await Target.start('Spanledger', service, { ...traced, DATA_DIR: folder }),
  ...(await fastApi()),
];

/** Code is compiled while it runs, and the embedded database's for some ten seconds after its start. */
const WARM_SECONDS = 8;

try {
  for (const target of targets) {
    await measure(target, { path: '/items/1', connections: 50 }, WARM_SECONDS);
  }
  for (const path of ['/items/1', '/api/users/1']) {
    for (const connections of [50, 500]) {
      const samples = new Map<Target, Sample[]>(targets.map((target) => [target, []]));
      for (const target of targets) await measure(target, { path, connections }, 1);
      for (let round = 0; round < rounds; round++) {
        for (const target of targets) {
          samples.get(target)?.push(await measure(target, { path, connections }, seconds));
        }
      }
      report(`${path}, ${connections} concurrent`, samples);
    }
  }
} finally {
  for (const target of [...targets, collector]) await target.stop();
  await rm(folder, { recursive: true, force: true });
}

async function fastApi(): Promise<Target[]> {
  const example = 'bench/requests/fastapi_example.py';
  const check = spawnSync(options.python, [example, '--check'], { encoding: 'utf8' });
  if (check.status !== 0) {
    console.log('FastAPI is not measured: --python names none that has its packages');
    return [];
  }
  const name = `FastAPI ${check.stdout.trim()}`;
  return [await Target.start(name, [example], traced, '/items/1', options.python)];
}

/** Ratios are of the same round, so that a slow moment of the machine hits both sides. */
function report(title: string, all: ReadonlyMap<Target, readonly Sample[]>): void {
  console.log(`\n${title}, ${rounds} rounds of ${seconds} s`);
  const [[, bare = []] = []] = all;
  for (const [target, samples] of all) {
    const ratios = samples.map(
      ({ requestsPerSecond }, round) =>
        requestsPerSecond / (bare[round]?.requestsPerSecond ?? Number.NaN),
    );
    console.log(
      [
        `  ${target.name.padEnd(20)}`,
        `req/s ${spread(samples.map((sample) => sample.requestsPerSecond))}`.padEnd(36),
        `x bare ${spread(ratios, 2)}`.padEnd(28),
        `CPU us ${spread(samples.map((sample) => sample.cpuMicroseconds))}`,
      ].join('  '),
    );
  }
}
