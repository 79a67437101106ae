import { context, trace } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { PriceBook } from '../pricing/index.js';
import { observe } from './observe.js';
import { exportedSpans } from './testing/spans.js';

const spans = exportedSpans();
const cost = (name: string) =>
  spans().find((span) => span.name === name)?.attributes['gen_ai.usage.cost_usd'];

/** $2 and $8 for a million tokens, where the catalogue has $1 and $5 for that model. */
const pricing = new PriceBook({
  overrides: [{ model: 'claude-haiku-4-5', input: '2', output: '8' }],
});
const ANSWER = { model: 'claude-haiku-4-5', usage: { input_tokens: 1000, output_tokens: 100 } };

describe('prices of an observed function', () => {
  it('hold for its own call, and not for those outside', () => {
    const chat = () => observe({ kind: 'llm', name: 'outside' }, () => ANSWER)();
    chat();
    // 1,000 x $1 + 100 x $5 for a million.
    expect(cost('chat claude-haiku-4-5')).toBe(0.0015);
  });

  it('hold for the calls beneath, however they are made', async () => {
    const work = observe({ name: 'work', pricing }, async () => {
      await Promise.resolve();
      // A span of somebody else's instrumentation, which is recognised only at its end.
      const span = trace.getTracer('other').startSpan('plain', {}, context.active());
      span.setAttributes({
        'gen_ai.operation.name': 'chat',
        'gen_ai.response.model': 'claude-haiku-4-5',
        'gen_ai.usage.input_tokens': 1000,
        'gen_ai.usage.output_tokens': 100,
      });
      span.end();
      return observe({ kind: 'llm' }, () => ANSWER)();
    });
    await work();
    // 1,000 x $2 + 100 x $8 for a million.
    expect([cost('plain'), cost('chat claude-haiku-4-5')]).toEqual([0.0028, 0.0028]);
  });
});
