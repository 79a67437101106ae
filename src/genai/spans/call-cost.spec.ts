import { SpanStatusCode, type Attributes } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { PriceBook } from '../pricing/index.js';
import { TraceKit, USAGE } from './testing/trace-kit.js';

describe('what a call costs', () => {
  const costOf = (extra: Attributes, code = SpanStatusCode.UNSET) => {
    const kit = new TraceKit();
    kit.call().setAttributes(extra).setStatus({ code }).end();
    const [call] = kit.calls;
    return {
      status: call?.cost.status,
      total: call?.cost.total,
      on: kit.named('call')[0]?.['gen_ai.usage.cost_usd'],
    };
  };

  it('is not known without usage, and not 0', () => {
    expect(costOf({})).toEqual({ status: 'unpriced', total: null, on: undefined });
  });
  it('is not known for a model without a price', () => {
    expect(costOf({ ...USAGE, 'gen_ai.response.model': 'never-heard-of' })).toEqual({
      status: 'unpriced',
      total: null,
      on: undefined,
    });
  });
  it('is a part when the output is missing', () => {
    expect(costOf({ 'gen_ai.usage.input_tokens': 1000 })).toEqual({
      status: 'partial',
      total: 1_000_000_000n,
      on: 0.001,
    });
  });
  it('is a part when the input is missing, and no count of it is made up', () => {
    expect(costOf({ 'gen_ai.usage.output_tokens': 100 })).toMatchObject({
      status: 'partial',
      total: 500_000_000n,
    });
    const kit = new TraceKit();
    kit.call().setAttribute('gen_ai.usage.output_tokens', 100).end();
    expect(kit.named('call')[0]).not.toHaveProperty('gen_ai.usage.input_tokens');
  });
  it('takes a real 0 for 0', () => {
    expect(
      costOf({
        'gen_ai.usage.input_tokens': 1000,
        'gen_ai.usage.output_tokens': 0,
        'llm.token_count.completion': 9,
      }),
    ).toMatchObject({ status: 'priced', total: 1_000_000_000n });
  });
  it('is nothing for a call that the provider refused', () => {
    expect(costOf({ 'http.response.status_code': 429 }, SpanStatusCode.ERROR)).toEqual({
      status: 'free',
      total: 0n,
      on: 0,
    });
  });
  it('is nothing for a refused call that is told by an outer span as well', () => {
    const kit = new TraceKit();
    const outer = kit.call();
    const inner = kit.call({ under: outer }).setAttribute('http.response.status_code', 429);
    for (const span of [inner, outer]) span.setStatus({ code: SpanStatusCode.ERROR }).end();
    expect(kit.calls).toMatchObject([{ status: 'error', cost: { status: 'free' } }]);
  });
  it('is partly known for a call that broke off', () => {
    expect(costOf({ 'error.type': 'connection_error' }, SpanStatusCode.ERROR)).toMatchObject({
      status: 'partial',
      total: 0n,
    });
  });
  it('is what the provider says it is', () => {
    const given = { 'gen_ai.usage.cost.amount': 0.5, 'gen_ai.usage.cost.source': 'provider' };
    expect(costOf({ ...USAGE, ...given })).toEqual({
      status: 'priced',
      total: 500_000_000_000n,
      on: 0.5,
    });
  });
  it('is by our prices, not by those of the instrumentation', () => {
    expect(costOf({ ...USAGE, 'gen_ai.usage.cost': 0.5, 'llm.cost.total': 0.5 })).toMatchObject({
      total: 1_500_000_000n,
    });
  });
  it("is the instrumentation's where we have no price, and then only partly trusted", () => {
    const unknown = { ...USAGE, 'gen_ai.response.model': 'never-heard-of' };
    expect(costOf({ ...unknown, 'llm.cost.total': 0.5 })).toMatchObject({
      status: 'partial',
      total: 500_000_000_000n,
    });
    expect(costOf({ ...unknown, 'gen_ai.usage.cost': 0 })).toMatchObject({ status: 'unpriced' });
  });
  it('respects the tier that served the call', () => {
    const flex = { model: 'claude-haiku-4-5', service_tiers: { flex: { multiplier: '0.5' } } };
    const kit = new TraceKit({ prices: new PriceBook({ overrides: [flex] }) });
    kit.wholeCall();
    kit
      .call()
      .setAttributes({ ...USAGE, 'openai.response.service_tier': 'flex' })
      .end();
    expect(kit.calls.map(({ cost }) => cost.total)).toEqual([1_500_000_000n, 750_000_000n]);
  });
  it('is by the price of the day the call began', () => {
    const cheaper = {
      model: 'claude-haiku-4-5',
      input: '0.1',
      output: '0.5',
      effective_from: '2020-01-01',
      effective_to: '2021-01-01',
    };
    const kit = new TraceKit({ prices: new PriceBook({ overrides: [cheaper] }) });
    kit.wholeCall({ startTime: new Date('2020-12-31T23:59:59Z') });
    kit.wholeCall();
    expect(kit.calls.map(({ cost }) => cost.total)).toEqual([150_000_000n, 1_500_000_000n]);
  });
});
