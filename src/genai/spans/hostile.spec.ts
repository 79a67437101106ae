import type { Attributes, AttributeValue } from '@opentelemetry/api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Alias, GENAI_MARKERS } from '../conventions/index.js';
import { CALL, TraceKit, USAGE } from './testing/trace-kit.js';

const known = [
  ...GENAI_MARKERS,
  ...Object.values(Alias).flat(),
  'langfuse.observation.usage_details',
  'langfuse.observation.cost_details',
  'gen_ai.usage.cost.source',
  'gen_ai.usage.cost.currency',
  'error.type',
  'gen_ai.input.messages',
  'http.response.status_code',
];
const words = [
  'chat',
  'LLM',
  'generation',
  'execute_tool',
  'invoke_workflow',
  'ai.generateText.doGenerate',
  'provider',
  '{"input":1}',
  '{',
  '[1]',
  '__proto__',
  'constructor',
];
const value = fc.oneof(
  fc.constantFrom(...words),
  fc.string(),
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.array(fc.anything(), { maxLength: 3 }),
  fc.anything(),
) as fc.Arbitrary<AttributeValue>;
const attributes: fc.Arbitrary<Attributes> = fc.dictionary(fc.constantFrom(...known), value);

describe('the processor', () => {
  it('throws nothing and has no fault, whatever the attributes hold', () => {
    fc.assert(
      fc.property(attributes, attributes, attributes, (atStart, later, inner) => {
        const kit = new TraceKit({ compat: ['genai-legacy', 'last9'] });
        const outer = kit.start(atStart);
        const child = kit.start(inner, { under: outer });
        for (const [key, each] of Object.entries(later))
          outer.setAttribute(key, each as AttributeValue);
        child.end();
        outer.end();
        expect(kit.processor.stats().faults).toBe(0);
        for (const { cost, usage } of kit.calls) {
          expect(cost.total ?? 0n).toBeGreaterThanOrEqual(0n);
          expect(
            Object.values(usage).every((count) => typeof count !== 'number' || count >= 0),
          ).toBe(true);
        }
      }),
    );
  });

  it('keeps its faults to itself when it is handed something that is no span', () => {
    const { processor } = new TraceKit();
    const broken = { spanContext: () => ({}), attributes: null } as never;
    expect(() => processor.onStart(broken, null as never)).not.toThrow();
    expect(() => processor.onEnding(broken)).not.toThrow();
    expect(processor.stats().faults).toBe(2);
  });

  it('keeps what its listener throws to itself, and counts it', () => {
    const kit = new TraceKit({
      onInference: () => {
        throw new Error('listener');
      },
    });
    kit.wholeCall();
    expect(kit.named('call')[0]).toMatchObject({ 'gen_ai.usage.cost_usd': 0.0015 });
    expect(kit.processor.stats().faults).toBe(1);
  });

  it('writes the cost on a span that is at its attribute limit', () => {
    const kit = new TraceKit();
    const span = kit.call();
    for (let i = 0; i < 500; i++) span.setAttribute(`llm.input_messages.${i}.message.content`, 'x');
    span.setAttributes({ 'gen_ai.usage.input_tokens': 1000 }).end();
    const flooded = kit.start(
      Object.fromEntries(
        Array.from({ length: 200 }, (_, i) => [`llm.input_messages.${i}.role`, 'x']),
      ),
      {
        by: '@arizeai/openinference-instrumentation-anthropic',
        name: 'flooded',
        scope: { userId: 'ada' },
      },
    );
    flooded.end();
    // The usage came after the limit: the SDK dropped it, and what is not known is not 0.
    expect(kit.named('call')[0]).toMatchObject({
      'gen_ai.l9.span.kind': 'llm',
      'spanledger.cost.status': 'unpriced',
    });
    expect(Object.keys(kit.named('flooded')[0] ?? {}).length).toBeLessThanOrEqual(129);
  });

  it('prices a full span whose usage came in time', () => {
    const kit = new TraceKit();
    const span = kit.start({ ...CALL, ...USAGE }, { name: 'full' });
    for (let i = 0; i < 500; i++) span.setAttribute(`filler.${i}`, i);
    span.end();
    expect(kit.named('full')[0]).toMatchObject({
      'gen_ai.usage.cost_usd': 0.0015,
      'gen_ai.usage.cost_input_usd': 0.001,
      'gen_ai.usage.cost_output_usd': 0.0005,
      'spanledger.cost.status': 'priced',
    });
  });
});
