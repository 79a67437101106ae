import assert from 'node:assert/strict';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';

/*
 * npm run check (after `npm run build` at the root)
 *
 * Puts the built core where it finds this folder's OpenTelemetry API alone, and runs recordings
 * through it: SDK 2 must give what SDK 3 gives.
 */

const built = new URL('../../../dist/', import.meta.url);
const installed = new URL('node_modules/spanledger/', import.meta.url);
rmSync(installed, { recursive: true, force: true });
cpSync(process.env.SPANLEDGER_DIST ?? built, installed, { recursive: true });
writeFileSync(new URL('package.json', installed), '{ "type": "module" }');
const { SpanledgerSpanProcessor, recordGenAiSpans } = await import(
  new URL('genai/spans/index.js', installed)
);
// It needs SDK 3 when it is called, but must load where there is none.
await import(new URL('genai/install/index.js', installed));

const EXPECTED = {
  // Two whole calls, one without its output, one refused; millionths of a millionth of a dollar.
  'anthropic-native': [637_500_000n, 637_500_000n, 387_500_000n, 0n],
  'native-and-openinference': [637_500_000n, 637_500_000n],
  'ai-sdk': [600_000_000n, 600_000_000n, 600_000_000n],
};

for (const [name, totals] of Object.entries(EXPECTED)) {
  const calls = [];
  const exporter = new InMemorySpanExporter();
  const processor = new SpanledgerSpanProcessor({ onInference: (call) => calls.push(call) });
  const provider = new BasicTracerProvider({
    sampler: recordGenAiSpans({ shouldSample: () => ({ decision: 2 }), toString: () => 'all' }),
    spanProcessors: [processor, new SimpleSpanProcessor(exporter)],
  });
  replay(
    JSON.parse(readFileSync(new URL(`../golden/${name}.json`, import.meta.url), 'utf8')),
    provider,
  );
  assert.deepEqual(
    calls.map(({ cost }) => cost.total),
    totals,
    name,
  );
  assert.equal(processor.stats().faults, 0);
  const onSpans = exporter
    .getFinishedSpans()
    .filter((span) => 'gen_ai.usage.cost_usd' in span.attributes);
  assert.equal(onSpans.length, totals.length, `${name}: cost is written before the span ends`);
}
process.stdout.write('SDK 2 gives what SDK 3 gives\n');

function replay({ spans }, provider) {
  const live = [];
  const steps = spans.flatMap((span, index) => [
    { at: span.started, run: () => (live[index] = start(span)) },
    { at: span.ended ?? Infinity, run: () => end(span, live[index]) },
  ]);
  for (const { at, run } of steps.toSorted((a, b) => a.at - b.at)) if (at < Infinity) run();

  function start({ name, kind, scope, version, parent, atStart }) {
    const above = parent === null ? ROOT_CONTEXT : trace.setSpan(ROOT_CONTEXT, live[parent]);
    const options = { kind: SpanKind[kind], attributes: atStart };
    return provider.getTracer(scope, version).startSpan(name, options, above);
  }

  function end({ attributes, atStart, status }, span) {
    for (const [key, value] of Object.entries(attributes)) {
      if (!(key in atStart)) span.setAttribute(key, value);
    }
    if (status !== 'UNSET') span.setStatus({ code: SpanStatusCode[status] });
    span.end();
  }
}
