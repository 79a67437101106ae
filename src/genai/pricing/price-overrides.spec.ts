import { describe, expect, it } from 'vitest';
import { anthropicUsage, inclusiveUsage } from '../usage/index.js';
import { formatUsd, PriceBook, type PriceOverride } from './index.js';

const AT = new Date('2026-11-20T12:00:00Z');
const MILLION = inclusiveUsage({ input: 1_000_000 });

/** The cost of a million input tokens: the input price of the override in force. */
function priceOf(
  overrides: PriceOverride[],
  { provider = 'anthropic', model = 'claude-haiku-4-5', at = AT } = {},
) {
  const { total } = new PriceBook({ overrides }).cost({ provider, model, usage: MILLION, at });
  return total === null ? null : formatUsd(total);
}

const output = '0';

describe('an override', () => {
  it('beats the catalogue, and is named as the price', () => {
    const overrides = [
      { model: 'claude-haiku-4-5', input: '0.9', output: 4.5, effective_from: '2026-11-01' },
    ];
    const usage = inclusiveUsage({ input: 100, output: 10, reasoning: 4, cacheRead: 40 });
    const model = 'claude-haiku-4-5-20251001';
    const cost = new PriceBook({ overrides }).cost({ provider: 'anthropic', model, usage, at: AT });
    expect(cost).toMatchObject({
      status: 'priced',
      total: 135_000_000n, // 100 at $0.90, cached or not, + 10 at $4.50, reasoning or not
      price: { id: '*/claude-haiku-4-5@2026-11-01', source: 'override' },
    });
  });

  it('makes self-hosted models free', () => {
    const overrides = [{ provider: 'ollama', model: '*', input: '0', output: '0' }];
    const book = new PriceBook({ overrides });
    for (const [provider, model] of [
      ['ollama', 'llama3.1'],
      ['', 'ollama/llama3.1'],
    ] as const) {
      expect(book.cost({ provider, model, usage: MILLION, at: AT })).toMatchObject({
        status: 'free',
        total: 0n,
        price: { source: 'override' },
      });
    }
  });

  it('prices every bucket, levels and searches', () => {
    const overrides: PriceOverride[] = [
      {
        model: 'own',
        input: '1',
        output: '10',
        cache_read: '0.1',
        cache_write_5m: '1.25',
        cache_write_1h: '2',
        reasoning: '5',
        web_search: '0.01',
        tiers: [{ above: 1000, input: '2', output: '15' }],
      },
    ];
    const book = new PriceBook({ overrides });
    const cost = (input: number) =>
      book.cost({
        provider: 'x',
        model: 'own',
        at: AT,
        usage: {
          input,
          cacheRead: 100,
          cacheWrite5m: 100,
          cacheWrite1h: 100,
          output: 100,
          reasoning: 100,
          webSearches: 1,
        },
      });
    // 700 + 300 cached is not above 1,000; 701 is.
    expect(cost(700).buckets).toEqual({
      input: 700_000_000n,
      cacheRead: 10_000_000n,
      cacheWrite5m: 125_000_000n,
      cacheWrite1h: 200_000_000n,
      output: 1_000_000_000n,
      reasoning: 500_000_000n,
      requests: 10_000_000_000n,
    });
    expect(cost(701).buckets).toMatchObject({
      input: 1_402_000_000n, // 701 at $2
      cacheRead: 10_000_000n, // the level names no other price
      output: 1_500_000_000n, // 100 at $15
      reasoning: 500_000_000n,
    });
  });

  it('holds from its first moment to before its last', () => {
    const overrides = [
      {
        model: 'claude-haiku-4-5',
        input: '9',
        output,
        effective_from: '2026-06-01',
        effective_to: '2026-07-01T02:00:00+02:00',
      },
    ];
    const at = (time: string) => priceOf(overrides, { at: new Date(time) });
    expect(at('2026-05-31T23:59:59.999Z')).toBe('1');
    expect(at('2026-06-01T00:00:00.000Z')).toBe('9');
    expect(at('2026-06-30T23:59:59.999Z')).toBe('9');
    expect(at('2026-07-01T00:00:00.000Z')).toBe('1');
  });
});

describe('of several overrides', () => {
  it('the most specific holds, in any order', () => {
    const all: PriceOverride[] = [
      { model: '*', input: '10', output },
      { model: 'claude*', input: '20', output },
      { model: 'claude-haiku*', input: '30', output },
      { model: 'claude-haiku-4-5', input: '40', output },
      { model: 'claude-haiku-4-5-20251001', input: '50', output },
    ];
    for (const overrides of [all, all.toReversed()]) {
      expect(priceOf(overrides, { model: 'claude-haiku-4-5-20251001' })).toBe('50');
      expect(priceOf(overrides, { model: 'claude-haiku-4-5-20260101' })).toBe('40');
      expect(priceOf(overrides, { model: 'claude-haiku-4-5' })).toBe('40');
      expect(priceOf(overrides, { model: 'claude-haiku-9' })).toBe('30');
      expect(priceOf(overrides, { model: 'claude-9' })).toBe('20');
      expect(priceOf(overrides, { model: 'other' })).toBe('10');
    }
  });

  it('one with a provider comes before one without, whatever the provider is called', () => {
    const overrides: PriceOverride[] = [
      { model: 'gpt-4o', input: '1', output },
      { provider: 'azure', model: 'gpt-4o', input: '2', output },
    ];
    const model = 'gpt-4o';
    expect(priceOf(overrides, { provider: 'azure.ai.openai', model })).toBe('2');
    expect(priceOf(overrides, { provider: 'openai', model })).toBe('1');
    expect(priceOf(overrides, { provider: '', model: 'azure/gpt-4o' })).toBe('2');
  });

  it('the latest in effect holds', () => {
    const overrides: PriceOverride[] = [
      { model: 'm', input: '1', output },
      { model: 'm', input: '2', output, effective_from: '2026-01-01' },
      { model: 'm', input: '3', output, effective_from: '2026-06-01' },
      { model: 'm', input: '4', output, effective_from: '2027-01-01' },
    ];
    const at = (time: string) =>
      priceOf(overrides, { provider: 'x', model: 'm', at: new Date(time) });
    expect([at('2025-12-31'), at('2026-01-01'), at('2026-11-20'), at('2027-01-01')]).toEqual([
      '1',
      '2',
      '3',
      '4',
    ]);
  });
});

describe('rules for service tiers', () => {
  const overrides: PriceOverride[] = [
    {
      provider: 'anthropic',
      model: '*',
      service_tiers: { batch: { multiplier: '0.5' }, 'geo:us': { multiplier: '1.1' } },
    },
    { provider: 'anthropic', model: 'claude-opus*', service_tiers: { fast: { multiplier: 6 } } },
  ];
  const book = new PriceBook({ overrides });
  const bill = (model: string, raw: object, serviceTier?: string) =>
    book.cost({
      provider: 'anthropic',
      model,
      usage: anthropicUsage({ input_tokens: 1000, output_tokens: 0, ...raw }),
      at: AT,
      serviceTier,
    });

  it('multiply what tokens cost in the catalogue, and are named with the price', () => {
    const cost = bill('claude-haiku-4-5', { server_tool_use: { web_search_requests: 1 } }, 'batch');
    expect(cost).toMatchObject({
      status: 'priced',
      buckets: {
        input: 500_000_000n, //         1,000 at $1, halved
        requests: 10_000_000_000n, // a search costs what it costs
      },
      price: { id: 'anthropic/claude-haiku-4-5#batch*0.5', source: 'catalogue' },
    });
  });

  it('multiply with each other', () => {
    const cost = bill('claude-opus-4-6', { speed: 'fast', inference_geo: 'us' });
    // 1,000 at $5 * 6 * 1.1
    expect(cost).toMatchObject({
      status: 'priced',
      total: 33_000_000_000n,
      price: { id: 'anthropic/claude-opus-4-6@2026-03-13#fast*6#geo:us*1.1' },
    });
  });

  it('hold for their models only', () => {
    expect(bill('claude-haiku-4-5', { speed: 'fast' })).toMatchObject({
      status: 'partial',
      reason: 'no price rule for "fast": billed as standard',
    });
  });

  it('leave a model without a price unpriced', () => {
    expect(bill('claude-sonnet-5-5', {}, 'batch')).toMatchObject({ status: 'unpriced' });
  });
});

describe('overrides made in code', () => {
  it('are checked as those of a file are', () => {
    const wrong = [{ model: 'm', input: '-1', output: '1' }, { model: '' }];
    expect(() => new PriceBook({ overrides: wrong })).toThrow(
      /overrides\.0\.input must be a decimal.*overrides\.1\.model must be a model id/,
    );
  });

  it('may have numbers that hold what was written', () => {
    expect(priceOf([{ model: 'claude-haiku-4-5', input: 1e-7, output: 0 }])).toBe('0.0000001');
    expect(() => priceOf([{ model: 'm', input: 0.1 + 0.2, output: 0 }])).toThrow('input must be');
  });
});
