import { readdirSync } from 'node:fs';
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { describe, expect, it } from 'vitest';
import { SpanledgerSpanProcessor, type InferenceRecord } from './index.js';
import { replay } from './testing/golden.js';

/*
 * Every recording is of the same answers: 1,110 input tokens, of which 900 read from cache (and, at
 * Anthropic, 150 written for 5 minutes and 50 for an hour), 50 output tokens, 20 of them reasoning.
 * What differs is how much of it an instrumentation tells.
 *
 * USD per million tokens: claude-haiku-4-5 input 1, output 5, cache read 0.10, write 1.25 and 2;
 * gpt-4o-mini input 0.15, cached 0.075, output 0.60; text-embedding-3-small 0.02.
 */
type Call = Pick<InferenceRecord, 'provider' | 'responseModel' | 'usageKnown' | 'status'> & {
  usage: Partial<InferenceRecord['usage']>;
  costStatus: string;
  /** Millionths of a millionth of a dollar. */
  total: bigint | null;
};

const anthropic = { provider: 'anthropic', status: 'ok', usageKnown: 'all' } as const;
/** 10 + 90 + 187.5 + 100 + 250 = 637.5 millionths of a dollar. */
const HAIKU: Call = {
  ...anthropic,
  responseModel: 'claude-haiku-4-5',
  usage: {
    input: 10,
    cacheRead: 900,
    cacheWrite5m: 150,
    cacheWrite1h: 50,
    output: 30,
    reasoning: 20,
  },
  costStatus: 'priced',
  total: 637_500_000n,
};
/** Cache writes not told apart count as of 5 minutes: 10 + 90 + 250 + 250 = 600. */
const HAIKU_ONE_TTL: Call = {
  ...HAIKU,
  usage: {
    input: 10,
    cacheRead: 900,
    cacheWrite5m: 200,
    cacheWrite1h: 0,
    output: 50,
    reasoning: 0,
  },
  total: 600_000_000n,
};
const HAIKU_ONE_TTL_REASONING: Call = {
  ...HAIKU_ONE_TTL,
  usage: { ...HAIKU_ONE_TTL.usage, output: 30, reasoning: 20 },
};
const openai = { provider: 'openai', status: 'ok', usageKnown: 'all' } as const;
/** 31.5 + 67.5 + 30 = 129. */
const MINI: Call = {
  ...openai,
  responseModel: 'gpt-4o-mini',
  usage: { input: 210, cacheRead: 900, output: 30, reasoning: 20 },
  costStatus: 'priced',
  total: 129_000_000n,
};
/** Without the cached part, which is not told: 166.5 + 30 = 196.5. */
const MINI_NO_CACHE: Call = {
  ...MINI,
  usage: { input: 1110, cacheRead: 0, output: 50, reasoning: 0 },
  total: 196_500_000n,
};
/** 22.2. */
const EMBEDDING: Call = {
  ...openai,
  responseModel: 'text-embedding-3-small',
  usage: { input: 1110, output: 0 },
  costStatus: 'priced',
  total: 22_200_000n,
};

const EXPECTED: Record<string, readonly Call[]> = {
  'anthropic-native': [
    HAIKU,
    HAIKU,
    // Left at the first event: 10 + 90 + 187.5 + 100 = 387.5 are known, the output is not.
    {
      ...HAIKU,
      status: 'cancelled',
      usageKnown: 'input',
      usage: { ...HAIKU.usage, output: 0, reasoning: 0 },
      costStatus: 'partial',
      total: 387_500_000n,
    },
    {
      ...anthropic,
      responseModel: undefined,
      status: 'error',
      usageKnown: 'none',
      usage: { input: 0, output: 0 },
      costStatus: 'free',
      total: 0n,
    },
  ],
  'anthropic-tool-runner': [HAIKU, HAIKU],
  'openai-otel': [MINI_NO_CACHE, MINI_NO_CACHE, MINI_NO_CACHE, EMBEDDING],
  openinference: [
    HAIKU_ONE_TTL,
    HAIKU_ONE_TTL,
    // It tells no response model for OpenAI, so the requested one is priced.
    { ...MINI, responseModel: undefined },
    { ...MINI, responseModel: undefined },
    {
      ...EMBEDDING,
      responseModel: undefined,
      usageKnown: 'none',
      usage: { input: 0 },
      costStatus: 'unpriced',
      total: null,
    },
  ],
  'native-and-openinference': [HAIKU, HAIKU],
  traceloop: [HAIKU_ONE_TTL, HAIKU_ONE_TTL, MINI_NO_CACHE],
  'ai-sdk': [HAIKU_ONE_TTL, HAIKU_ONE_TTL, HAIKU_ONE_TTL],
  'ai-sdk-legacy': [HAIKU_ONE_TTL_REASONING, HAIKU_ONE_TTL_REASONING, HAIKU_ONE_TTL_REASONING],
  openlit: [HAIKU_ONE_TTL, { ...MINI, usage: { ...MINI.usage, output: 50, reasoning: 0 } }],
  langfuse: [
    { ...HAIKU_ONE_TTL, responseModel: undefined },
    { ...HAIKU_ONE_TTL, responseModel: undefined },
  ],
  'python-sdk': [
    { ...MINI_NO_CACHE, responseModel: 'gpt-4o-mini-2024-07-18' },
    { ...MINI_NO_CACHE, responseModel: undefined },
  ],
};

function callsOf(name: string) {
  const calls: InferenceRecord[] = [];
  const exporter = new InMemorySpanExporter();
  const processor = new SpanledgerSpanProcessor({ onInference: (call) => calls.push(call) });
  const provider = new TracerProvider({
    spanProcessors: [processor, new SimpleSpanProcessor({ exporter })],
  });
  replay(name, (scope, version) => provider.getTracer(scope, version));
  return { calls, spans: exporter.getFinishedSpans(), stats: processor.stats() };
}

describe.each(Object.keys(EXPECTED))('spans recorded of %s', (name) => {
  const { calls, spans, stats } = callsOf(name);

  it('gives one record a call, with its provider, model, usage and cost', () => {
    expect(
      calls.map(({ provider, responseModel, usageKnown, status, usage, cost }) => ({
        provider,
        responseModel,
        usageKnown,
        status,
        usage,
        costStatus: cost.status,
        total: cost.total,
      })),
    ).toEqual(
      EXPECTED[name]?.map((call) => ({ ...call, usage: expect.objectContaining(call.usage) })),
    );
    expect(stats.faults).toBe(0);
  });

  it('puts cost on exactly the spans that are priced, so that a sum over spans is right', () => {
    const onSpans = spans
      .filter(({ attributes }) =>
        /^(priced|partial)$/.test(String(attributes['spanledger.cost.status'])),
      )
      .filter(({ attributes }) => attributes['gen_ai.l9.span.kind'] === 'llm')
      .map(({ attributes }) => attributes['gen_ai.usage.cost_usd']);
    const ofCalls = calls
      .filter(({ cost }) => cost.total)
      .map(({ cost }) => Number(cost.total) / 1e12);
    expect(onSpans.toSorted()).toEqual(ofCalls.toSorted());
  });

  it('says on every span what kind it is', () => {
    const without = spans.filter(
      ({ attributes }) => attributes['gen_ai.l9.span.kind'] === undefined,
    );
    expect(without.map((span) => span.name)).toEqual([]);
  });
});

it('has a case for every recording', () => {
  const folder = new URL('../../../test/conformance/golden', import.meta.url);
  const recorded = readdirSync(folder).map((file) => file.replace('.json', ''));
  expect(Object.keys(EXPECTED).toSorted()).toEqual(recorded.toSorted());
});
