import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TokenUsage } from '../usage/index.js';
import { PriceBook } from './index.js';

const book = new PriceBook();
const AT = new Date('2026-11-20T12:00:00Z');

const count = fc.integer({ min: 0, max: 10_000_000 });
const usages: fc.Arbitrary<TokenUsage> = fc.record({
  input: count,
  cacheRead: count,
  cacheWrite5m: count,
  cacheWrite1h: count,
  output: count,
  reasoning: count,
  webSearches: fc.integer({ min: 0, max: 100 }),
});

/** One price for all lengths, so that costs can be added. */
const FLAT = ['claude-haiku-4-5', 'claude-opus-4-8', 'claude-sonnet-4-6'];
const calls = fc.record({ model: fc.constantFrom(...FLAT), usage: usages });

function total(model: string, usage: TokenUsage): bigint {
  return book.cost({ provider: 'anthropic', model, usage, at: AT }).total ?? -1n;
}

function sum(a: TokenUsage, b: TokenUsage): TokenUsage {
  return {
    input: a.input + b.input,
    cacheRead: a.cacheRead + b.cacheRead,
    cacheWrite5m: a.cacheWrite5m + b.cacheWrite5m,
    cacheWrite1h: a.cacheWrite1h + b.cacheWrite1h,
    output: a.output + b.output,
    reasoning: a.reasoning + b.reasoning,
    webSearches: (a.webSearches ?? 0) + (b.webSearches ?? 0),
  };
}

describe('costs', () => {
  it('add up: of two usages together it is the sum of their costs', () => {
    fc.assert(
      fc.property(fc.constantFrom(...FLAT), usages, usages, (model, a, b) => {
        expect(total(model, sum(a, b))).toBe(total(model, a) + total(model, b));
      }),
    );
  });

  it('do not depend on the order of calls', () => {
    const shuffled = fc
      .array(calls, { maxLength: 30 })
      .chain((list) =>
        fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
      );
    const bill = (list: { model: string; usage: TokenUsage }[]) =>
      list.reduce((amount, { model, usage }) => amount + total(model, usage), 0n);
    fc.assert(
      fc.property(shuffled, ([one, other]) => {
        expect(bill(other)).toBe(bill(one));
      }),
    );
  });

  it('have a total that is the sum of their buckets, also when those are rounded', () => {
    const digits = fc.integer({ min: 1, max: 99_999 }).map((n) => `0.0000000${n}`);
    fc.assert(
      fc.property(usages, digits, digits, (usage, input, output) => {
        const fine = new PriceBook({ overrides: [{ model: 'm', input, output, web_search: '0' }] });
        const { total: whole, buckets } = fine.cost({ provider: '', model: 'm', usage, at: AT });
        const parts = Object.values(buckets ?? {}).reduce((amount, part) => amount + part, 0n);
        expect(whole).toBe(parts);
      }),
    );
  });

  it('are never negative and never throw, whatever is asked', () => {
    const anyCount = fc.oneof(count, fc.double(), fc.integer());
    const anyUsage = fc.record({
      input: anyCount,
      cacheRead: anyCount,
      cacheWrite5m: anyCount,
      cacheWrite1h: anyCount,
      output: anyCount,
      reasoning: anyCount,
    });
    const names = fc.oneof(fc.string(), fc.constantFrom('anthropic', 'openai', 'claude-haiku-4-5'));
    fc.assert(
      fc.property(names, names, names, anyUsage, fc.date(), (provider, model, tier, usage, at) => {
        const cost = book.cost({ provider, model, usage, at, serviceTier: tier });
        expect(cost.total === null).toBe(cost.status === 'unpriced');
        expect((cost.total ?? 0n) >= 0n).toBe(true);
        expect(cost.reason === undefined).toBe(['priced', 'free'].includes(cost.status));
      }),
    );
  });
});
