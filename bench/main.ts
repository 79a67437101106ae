import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { postgresInstalled } from '../test/support/postgres-binaries.ts';
import { startPostgres } from '../test/support/postgres-server.ts';
import { measure, type Sample, type Scenario } from './load.ts';
import { median, spread } from './statistics.ts';
import { Target } from './target.ts';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    help: { type: 'boolean', default: false },
  },
});

if (options.help) {
  console.log(`npm run bench -- [--rounds 5] [--seconds 3]

Requests per second and CPU per request of the service beside a bare Nest + Fastify app that calls
the same SDK with its default fetch and books nothing. All targets take turns in every round. With
PostgreSQL installed, the service is measured on it as well.`);
  process.exit(0);
}

const SCENARIOS: readonly Scenario[] = [
  ...[1, 50, 500].map((connections) => ({ path: '/items/1', connections })),
  ...[1, 50, 500].map((connections) => ({
    path: '/chat',
    connections,
    body: { message: 'What is the capital of France?' },
  })),
];

const rounds = Number(options.rounds);
const seconds = Number(options.seconds);
const folder = await mkdtemp(join(tmpdir(), 'spanledger-bench-'));
const provider = await Target.start('provider', ['bench/provider.ts'], {}, '/__fake/requests');
const shared = { ANTHROPIC_API_KEY: 'bench', ANTHROPIC_BASE_URL: provider.url };
const service = ['--import', './dist/instrumentation.js', 'dist/main.js'];
const targets = [
  await Target.start('bare Nest + Fastify, SDK', ['bench/bare-app.ts'], shared),
  await Target.start('Spanledger, embedded', service, { ...shared, DATA_DIR: folder }),
];
const collector = await Target.start('collector', ['bench/collector.ts'], {});
/** Every request and every call is a span, and all of them are exported. */
const traced = {
  OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
  OTEL_BSP_MAX_QUEUE_SIZE: '100000',
  OTEL_BSP_SCHEDULE_DELAY: '500',
};
const postgres = postgresInstalled() ? await startPostgres() : undefined;
if (postgres) {
  const env = { ...shared, DATABASE_URL: postgres.url };
  targets.push(await Target.start('Spanledger, PostgreSQL', service, env));
  targets.push(await Target.start('… and traced', service, { ...env, ...traced }));
}

const samples = new Map<string, Sample[]>();
const keyOf = (scenario: Scenario, target: Target) =>
  `${scenario.path} ${scenario.connections} ${target.name}`;

try {
  for (const scenario of SCENARIOS) {
    for (const target of targets) await measure(target, scenario, 1);
    for (let round = 0; round < rounds; round++) {
      for (const target of targets) {
        const key = keyOf(scenario, target);
        samples.set(key, [...(samples.get(key) ?? []), await measure(target, scenario, seconds)]);
      }
    }
    report(scenario);
  }
} finally {
  for (const target of [...targets, provider, collector]) await target.stop();
  await postgres?.stop();
  await rm(folder, { recursive: true, force: true });
}

/** Ratios are of the same round, so that a slow moment of the machine hits both sides. */
function report(scenario: Scenario): void {
  console.log(
    `\n${scenario.path}, ${scenario.connections} concurrent, ${rounds} rounds of ${seconds} s`,
  );
  const [bare] = targets;
  const baseline = bare ? (samples.get(keyOf(scenario, bare)) ?? []) : [];
  for (const target of targets) {
    const own = samples.get(keyOf(scenario, target)) ?? [];
    const ratios = own.map(
      (sample, round) =>
        sample.requestsPerSecond / (baseline[round]?.requestsPerSecond ?? Number.NaN),
    );
    console.log(
      [
        `  ${target.name.padEnd(26)}`,
        `req/s ${spread(own.map((s) => s.requestsPerSecond))}`.padEnd(38),
        `x bare ${spread(ratios, 2)}`.padEnd(30),
        `CPU us/req ${spread(own.map((s) => s.cpuMicroseconds))}`.padEnd(34),
        `p50 ${median(own.map((s) => s.p50Milliseconds))} ms`,
        `p99 ${median(own.map((s) => s.p99Milliseconds))} ms`,
        `failures ${own.reduce((sum, s) => sum + s.failures, 0)}`,
      ].join('  '),
    );
  }
}
