import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PriceBook, type PriceOverride } from './index.js';

const AT = new Date('2026-11-20T12:00:00Z');
const bounds = (model: string, inputTokens: number, outputTokens: number) => ({
  provider: 'anthropic',
  model,
  at: AT,
  inputTokens,
  outputTokens,
});

describe('the worst case of a call', () => {
  const book = new PriceBook();

  it('is all input written to the long-lived cache, and all the output there may be', () => {
    // claude-haiku-4-5: 1 USD a million in, twice that for an hour's cache write, 5 USD out.
    // 1,000 x 2,000,000 + 100 x 5,000,000 picodollars.
    expect(book.worstCase(bounds('claude-haiku-4-5', 1_000, 100))).toBe(2_500_000_000n);
  });

  it('is unknown, not 0, for a model without a price', () => {
    expect(book.worstCase(bounds('claude-unheard-of', 1_000, 100))).toBeNull();
  });

  it('needs a price for output only where there may be some', () => {
    const call = { ...bounds('text-embedding-3-small', 1_000_000, 0), provider: 'openai' };
    // 0.02 USD a million.
    expect(book.worstCase(call)).toBe(20_000_000_000n);
    expect(book.worstCase({ ...call, outputTokens: 1 })).toBeNull();
  });

  it('is 0 for a free model', () => {
    const own = new PriceBook({ overrides: [{ model: 'own', input: '0', output: '0' }] });
    expect(own.worstCase(bounds('own', 1_000, 100))).toBe(0n);
  });

  it('counts service tiers that make a call dearer, not those that make it cheaper', () => {
    const tiered = (service_tiers: PriceOverride['service_tiers']) =>
      new PriceBook({ overrides: [{ model: 'm', input: '1', output: '1', service_tiers }] });
    const call = bounds('m', 100, 100);
    expect(tiered({ batch: { multiplier: '0.5' } }).worstCase(call)).toBe(200_000_000n);
    expect(tiered({ priority: { multiplier: '1.25' } }).worstCase(call)).toBe(250_000_000n);
  });

  it('is never below what a call costs that keeps within it', () => {
    const fine = new PriceBook({
      overrides: [
        { model: 'fine', input: '0.0000003', output: '0.0000007', cache_read: '0.0000001' },
      ],
    });
    const part = fc.integer({ min: 0, max: 400_000 });
    fc.assert(
      fc.property(
        fc.constantFrom('claude-haiku-4-5', 'claude-sonnet-4-5', 'claude-opus-4-8', 'fine'),
        fc.tuple(part, part, part, part, part, part),
        part,
        (model, [input, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning], slack) => {
          const prices = model === 'fine' ? fine : book;
          const usage = { input, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning };
          const { total } = prices.cost({ provider: 'anthropic', model, usage, at: AT });
          const tokens = input + cacheRead + cacheWrite5m + cacheWrite1h;
          const most = prices.worstCase(bounds(model, tokens + slack, output + reasoning));
          expect(most ?? -1n).toBeGreaterThanOrEqual(total ?? 0n);
        },
      ),
    );
  });
});
