import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { median, spread } from '../statistics.ts';
import { Target, freePort } from '../target.ts';
import { openStreams, readStreams, type StreamSample } from './load.ts';
import type { ProcessState } from './process-probe.ts';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    help: { type: 'boolean', default: false },
  },
});

if (options.help) {
  console.log(`npm run bench:streams -- [--rounds 5] [--seconds 3]

Streams of 200 chunks through the service, beside the bare SDK piped to the same response: streams
per second, time to the first text, delay of the event loop, memory of an open stream.`);
  process.exit(0);
}

const CONCURRENCIES = [1, 50, 300] as const;
const OPEN_STREAMS = 300;

interface Measured {
  readonly target: Target;
  readonly probe: string;
}

interface Sample extends StreamSample, ProcessState {
  /** CPU time of the server process, microseconds a stream. */
  readonly cpuMicroseconds: number;
}

const rounds = Number(options.rounds);
const seconds = Number(options.seconds);
const folder = await mkdtemp(join(tmpdir(), 'spanledger-bench-'));
const provider = await Target.start('provider', ['bench/provider.ts'], {}, '/__fake/requests');
await control('PUT', 'options', { words: 200 });
const bare = await start('bare SDK', ['bench/streams/bare-app.ts']);
const main = ['--import', './dist/instrumentation.js', 'dist/main.js'];
const service = await start('Spanledger', main);

try {
  for (const concurrency of CONCURRENCIES) await compare(concurrency);
  await memory();
} finally {
  for (const { target } of [bare, service]) await target.stop();
  await provider.stop();
  await rm(folder, { recursive: true, force: true });
}

async function start(name: string, args: string[]): Promise<Measured> {
  const port = await freePort();
  const env = {
    ANTHROPIC_API_KEY: 'bench',
    ANTHROPIC_BASE_URL: provider.url,
    DATA_DIR: folder,
    PROBE_PORT: String(port),
  };
  const probe = ['--expose-gc', '--import', './bench/streams/process-probe.ts'];
  const target = await Target.start(name, [...probe, ...args], env);
  return { target, probe: `http://127.0.0.1:${port}` };
}

async function stateOf({ probe }: Measured): Promise<ProcessState> {
  return (await (await fetch(probe)).json()) as ProcessState;
}

/** Both take turns, so that a slow moment of the machine hits both. */
async function compare(concurrency: number): Promise<void> {
  const samples: Record<'bare' | 'service', Sample[]> = { bare: [], service: [] };
  for (const one of [bare, service]) await readStreams(one.target.url, concurrency, 1);
  for (let round = 0; round < rounds; round++) {
    for (const [name, one] of [['bare', bare] as const, ['service', service] as const]) {
      await stateOf(one);
      const before = one.target.cpuSeconds();
      const read = await readStreams(one.target.url, concurrency, seconds);
      const cpu = one.target.cpuSeconds() - before;
      const cpuMicroseconds = (cpu / read.firstText.length) * 1e6;
      samples[name].push({ ...read, cpuMicroseconds, ...(await stateOf(one)) });
    }
  }
  console.log(`\n${concurrency} at a time, 200 chunks each, ${rounds} rounds of ${seconds} s`);
  const base = samples.bare;
  for (const name of ['bare', 'service'] as const) {
    const own = samples[name];
    const first = (sample?: Sample) => median(sample?.firstText ?? []);
    const ratios = own.map((s, n) => s.streamsPerSecond / (base[n]?.streamsPerSecond ?? 1));
    console.log(
      [
        `  ${name.padEnd(8)}`,
        `streams/s ${spread(own.map((s) => s.streamsPerSecond))}`.padEnd(30),
        `x bare ${spread(ratios, 2)}`.padEnd(28),
        `first text ${spread(own.map(first), 1)} ms`.padEnd(34),
        `added ${spread(
          own.map((s, n) => first(s) - first(base[n])),
          1,
        )} ms`.padEnd(32),
        `CPU us/stream ${spread(own.map((s) => s.cpuMicroseconds))}`.padEnd(34),
        `loop delay p50 ${median(own.map((s) => s.delayP50)).toFixed(1)}`,
        `p99 ${median(own.map((s) => s.delayP99)).toFixed(1)} ms`,
        `failures ${own.reduce((sum, s) => sum + s.failures, 0)}`,
      ].join('  '),
    );
  }
}

/** Streams that have begun and wait for their provider. */
async function memory(): Promise<void> {
  await control('PUT', 'faults', { kind: 'cut-stream', afterEvents: 20, by: 'hang' });
  console.log(`\nmemory of each of ${OPEN_STREAMS} open streams, after a garbage collection`);
  for (const one of [bare, service]) {
    await stateOf(one);
    const before = await stateOf(one);
    const close = await openStreams(one.target.url, OPEN_STREAMS);
    await sleep(1_000);
    const after = await stateOf(one);
    close();
    const kilobytes = (field: 'heapUsed' | 'external') =>
      ((after[field] - before[field]) / OPEN_STREAMS / 1024).toFixed(1);
    console.log(
      `  ${one.target.name.padEnd(12)} heap ${kilobytes('heapUsed')} kB, buffers ${kilobytes('external')} kB`,
    );
  }
  await control('DELETE', 'faults');
}

async function control(method: string, path: string, body?: object): Promise<void> {
  await fetch(`${provider.url}/__fake/${path}`, {
    method,
    ...(body && { body: JSON.stringify(body) }),
  });
}
