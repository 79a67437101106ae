import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { context, trace, SpanStatusCode, type Attributes } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { median, spread } from './statistics.ts';

/*
 * What one call of an observed function costs, beside a bare OpenTelemetry span and beside other
 * libraries' wrappers, all in turn in each round. Needs `npm run build`, and for the others
 * `npm ci` in test/conformance.
 */

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '15' },
    calls: { type: 'string', default: '20000' },
  },
});
const rounds = Number(options.rounds);
const calls = Number(options.calls);

type Work = () => Promise<unknown>;
type Wrap = (work: Work) => Work;

/** The built package, as users get it. */
const core = '../dist/genai/index.js';
const { observe, SpanledgerSpanProcessor } = (await import(
  core
)) as typeof import('../src/genai/index.ts');

const bare =
  (attributes?: Attributes): Wrap =>
  (work) =>
  () =>
    trace.getTracer('bench').startActiveSpan('work', async (span) => {
      try {
        const result = await work();
        if (attributes) span.setAttributes(attributes);
        return result;
      } catch (error) {
        span.setStatus({ code: SpanStatusCode.ERROR });
        throw error;
      } finally {
        span.end();
      }
    });

/** A thousand tokens in, a hundred out, of a model that the catalogue knows. */
const ANSWER = {
  id: 'msg_1',
  type: 'message',
  model: 'claude-haiku-4-5',
  content: [{ type: 'text', text: 'Paris' }],
  stop_reason: 'end_turn',
  usage: { input_tokens: 1000, output_tokens: 100 },
};
const USAGE: Attributes = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.response.model': 'claude-haiku-4-5',
  'gen_ai.response.id': 'msg_1',
  'gen_ai.usage.input_tokens': 1000,
  'gen_ai.usage.output_tokens': 100,
};

interface Contender {
  readonly name: string;
  readonly provider: TracerProvider;
  readonly call: Work;
}

/** Spans are recorded, and thrown away when they end. */
const plain = new TracerProvider({ spanProcessors: [ignoring()] });
const priced = new TracerProvider({ spanProcessors: [new SpanledgerSpanProcessor(), ignoring()] });

const peers = await loadPeers();
const empty = async () => undefined;
let id = 0;
// A response is told once; every call is another one.
const answer = async () => ({ ...ANSWER, id: `msg_${id++}` });

context.setGlobalContextManager(new AsyncLocalStorageContextManager());
console.log(
  `CPU microseconds a call, ${rounds} rounds of ${calls} calls each, Node ${process.version}`,
);
report('an empty async function', await measure(contenders(empty, bare(), 'chain')));
report('an answer with a usage', await measure(contenders(answer, bare(USAGE), 'llm')));

function contenders(work: Work, span: Wrap, kind: 'chain' | 'llm'): Contender[] {
  const ours = observe({ name: 'work', kind }, work);
  return [
    { name: 'bare span', provider: plain, call: span(work) },
    { name: 'Spanledger observe', provider: plain, call: ours },
    { name: 'Spanledger observe, enriched and priced', provider: priced, call: ours },
    ...Object.entries(peers).map(([name, wrap]) => ({ name, provider: plain, call: wrap(work) })),
  ];
}

async function loadPeers(): Promise<Record<string, Wrap>> {
  const folder = new URL('../test/conformance/', import.meta.url);
  if (!existsSync(new URL('node_modules', folder))) return {};
  const require = createRequire(folder);
  const load = (name: string) => require(name) as Record<string, (...args: unknown[]) => unknown>;
  const langfuse = load('@langfuse/tracing')['observe'];
  const openInference = load('@arizeai/openinference-core')['withSpan'];
  const traceloop = load('@traceloop/node-server-sdk')['withWorkflow'];
  const off = { captureInput: false, captureOutput: false };
  return {
    'Langfuse observe': (work) => langfuse?.(work, { name: 'work', ...off }) as Work,
    'OpenInference withSpan': (work) =>
      openInference?.(work, { name: 'work', kind: 'CHAIN' }) as Work,
    'Traceloop withWorkflow': (work) => () =>
      traceloop?.({ name: 'work' }, work) as Promise<unknown>,
  };
}

async function measure(all: Contender[]): Promise<Map<string, number[]>> {
  const samples = new Map<string, number[]>(all.map(({ name }) => [name, []]));
  for (let round = -2; round < rounds; round++) {
    for (const { name, provider, call } of all) {
      trace.disable();
      trace.setGlobalTracerProvider(provider);
      const begun = process.threadCpuUsage();
      for (let n = 0; n < calls; n++) await call();
      // CPU time of this thread: what else the machine does is not counted.
      const { user, system } = process.threadCpuUsage(begun);
      const microseconds = (user + system) / calls;
      // The first two rounds warm up.
      if (round >= 0) samples.get(name)?.push(microseconds);
    }
  }
  return samples;
}

function report(title: string, samples: Map<string, number[]>): void {
  const base = samples.get('bare span') ?? [];
  console.log(`\n${title}`);
  for (const [name, values] of samples) {
    const ratios = values.map((value, round) => value / (base[round] ?? Number.NaN));
    console.log(
      `  ${name.padEnd(40)} ${median(values).toFixed(2).padStart(7)} us   ${spread(ratios, 2)} of the bare span`,
    );
  }
}

function ignoring() {
  return {
    onStart() {},
    onEnd() {},
    forceFlush: async () => {},
    shutdown: async () => {},
  };
}
