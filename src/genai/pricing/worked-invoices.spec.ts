import { describe, expect, it } from 'vitest';
import { anthropicUsage, geminiUsage, inclusiveUsage, openaiUsage } from '../usage/index.js';
import { formatUsd, parseUsd, PriceBook, type Cost, type PricedCall } from './index.js';

const book = new PriceBook();
const NOW = new Date('2026-11-20T12:00:00Z');

function cost(call: Omit<PricedCall, 'at'> & { at?: Date }): Cost {
  return book.cost({ at: NOW, ...call });
}

/** A cost in dollars, bucket by bucket, without those of 0. */
function invoice({ status, total, buckets }: Cost) {
  const amounts = Object.entries(buckets ?? {}).filter(([, amount]) => amount !== 0n);
  return {
    status,
    total: total === null ? null : formatUsd(total),
    ...Object.fromEntries(amounts.map(([bucket, amount]) => [bucket, formatUsd(amount)])),
  };
}

describe('Anthropic', () => {
  it('bills cache reads, both lifetimes of cache writes, thinking and searches', () => {
    const usage = anthropicUsage({
      input_tokens: 1000,
      cache_read_input_tokens: 20_000,
      cache_creation_input_tokens: 3000,
      cache_creation: { ephemeral_5m_input_tokens: 2000, ephemeral_1h_input_tokens: 1000 },
      output_tokens: 1500,
      output_tokens_details: { thinking_tokens: 1000 },
      server_tool_use: { web_search_requests: 2 },
    });
    expect(invoice(cost({ provider: 'anthropic', model: 'claude-haiku-4-5', usage }))).toEqual({
      status: 'priced',
      input: '0.001', //         1,000 at $1 per million
      cacheRead: '0.002', //    20,000 at $0.10
      cacheWrite5m: '0.0025', // 2,000 at $1.25
      cacheWrite1h: '0.002', //  1,000 at $2
      output: '0.0025', //         500 at $5
      reasoning: '0.005', //     1,000 at $5: as output
      requests: '0.02', //           2 at $10 per thousand
      total: '0.035',
    });
  });

  it('bills calls of more than 200,000 input tokens wholly by the higher price', () => {
    const call = (cacheRead: number) =>
      cost({
        provider: 'anthropic',
        model: 'claude-sonnet-4-5-20250929',
        usage: anthropicUsage({
          input_tokens: 100_000,
          cache_read_input_tokens: cacheRead,
          output_tokens: 1000,
        }),
      });
    // Cached tokens count towards the threshold.
    expect(invoice(call(100_000))).toEqual({
      status: 'priced',
      input: '0.3', //      100,000 at $3
      cacheRead: '0.03', // 100,000 at $0.30
      output: '0.015', //     1,000 at $15
      total: '0.345',
    });
    expect(invoice(call(100_001))).toEqual({
      status: 'priced',
      input: '0.6', //          100,000 at $6
      cacheRead: '0.0600006', // 100,001 at $0.60
      output: '0.0225', //        1,000 at $22.50
      total: '0.6825006',
    });
  });

  it('bills by the price of the day: Sonnet 4.6 lost its long-context price on 2026-03-13', () => {
    const usage = inclusiveUsage({ input: 300_000, output: 1000 });
    const at = (time: string) =>
      cost({ provider: 'anthropic', model: 'claude-sonnet-4-6', usage, at: new Date(time) });
    const before = at('2026-03-12T23:59:59.999Z');
    const after = at('2026-03-13T00:00:00.000Z');
    // 300,000 at $6 + 1,000 at $22.50, then 300,000 at $3 + 1,000 at $15
    expect(invoice(before)).toMatchObject({ total: '1.8225' });
    expect(invoice(after)).toMatchObject({ total: '0.915' });
    expect(before.price?.id).toBe('anthropic/claude-sonnet-4-6');
    expect(after.price?.id).toBe('anthropic/claude-sonnet-4-6@2026-03-13');
  });
});

describe('OpenAI', () => {
  it('bills chat completions, whose prompt includes what was cached', () => {
    const usage = openaiUsage({
      prompt_tokens: 10_000,
      completion_tokens: 800,
      total_tokens: 10_800,
      prompt_tokens_details: { cached_tokens: 6000 },
      completion_tokens_details: { reasoning_tokens: 0 },
    });
    expect(invoice(cost({ provider: 'openai', model: 'gpt-4o-2024-08-06', usage }))).toEqual({
      status: 'priced',
      input: '0.01', //       4,000 at $2.50
      cacheRead: '0.0075', // 6,000 at $1.25
      output: '0.008', //       800 at $10
      total: '0.0255',
    });
  });

  it('bills responses, whose output includes reasoning', () => {
    const usage = openaiUsage(
      {
        input_tokens: 2000,
        input_tokens_details: { cached_tokens: 1000, cache_write_tokens: 0 },
        output_tokens: 3000,
        output_tokens_details: { reasoning_tokens: 2500 },
        total_tokens: 5000,
      },
      { web_search: { num_requests: 1 } },
    );
    expect(invoice(cost({ provider: 'openai', model: 'gpt-5', usage }))).toEqual({
      status: 'priced',
      input: '0.00125', //      1,000 at $1.25
      cacheRead: '0.000125', // 1,000 at $0.125
      output: '0.005', //         500 at $10
      reasoning: '0.025', //    2,500 at $10
      requests: '0.01', //          1 at $10 per thousand
      total: '0.041375',
    });
  });

  it('bills embeddings', () => {
    const usage = openaiUsage({ prompt_tokens: 5, total_tokens: 5 });
    const billed = cost({ provider: 'openai', model: 'text-embedding-3-small', usage });
    // 5 at $0.02 per million
    expect(invoice(billed)).toEqual({ status: 'priced', input: '0.0000001', total: '0.0000001' });
  });
});

describe('Google', () => {
  it('bills thoughts beside the candidates, and audio by its own price', () => {
    const usage = geminiUsage({
      promptTokenCount: 10_000,
      promptTokensDetails: [
        { modality: 'TEXT', tokenCount: 4000 },
        { modality: 'AUDIO', tokenCount: 6000 },
      ],
      candidatesTokenCount: 200,
      thoughtsTokenCount: 400,
    });
    expect(invoice(cost({ provider: 'gcp.gemini', model: 'gemini-2.5-flash', usage }))).toEqual({
      status: 'priced',
      input: '0.0072', //    4,000 at $0.30 + 6,000 of audio at $1
      output: '0.0005', //     200 at $2.50
      reasoning: '0.001', //   400 at $2.50
      total: '0.0087',
    });
  });
});

describe('clouds', () => {
  it('bills Bedrock by the region in the id', () => {
    const usage = inclusiveUsage({ input: 1_000_000, output: 0 });
    const of = (model: string) => invoice(cost({ provider: 'aws.bedrock', model, usage })).total;
    // Above 200,000 tokens the catalogue has one price on Bedrock; regions cost 10 % more.
    expect(of('global.anthropic.claude-haiku-4-5-20251001-v1:0')).toBe('1');
    expect(of('us.anthropic.claude-haiku-4-5-20251001-v1:0')).toBe('1.1');
  });

  it('knows Bedrock by the id, as Anthropic’s SDK calls itself anthropic there as well', () => {
    const usage = inclusiveUsage({ input: 1_000_000 });
    const model = 'eu.anthropic.claude-haiku-4-5-20251001-v1:0';
    expect(cost({ provider: 'anthropic', model, usage })).toEqual(
      cost({ provider: 'aws.bedrock', model, usage }),
    );
  });

  it('bills Azure’s OpenAI models, under any name of Azure', () => {
    const usage = inclusiveUsage({ input: 1000, output: 100 });
    // 1,000 at $2.50 + 100 at $10
    for (const provider of ['azure.ai.openai', 'azure.ai.inference', 'az.ai.openai', 'azure']) {
      expect(invoice(cost({ provider, model: 'gpt-4o', usage })).total).toBe('0.0035');
    }
    expect(invoice(cost({ provider: '', model: 'azure/gpt-4o', usage })).total).toBe('0.0035');
  });
});

describe('small calls', () => {
  it('bills less than a micro-dollar exactly', () => {
    const usage = openaiUsage({ prompt_tokens: 3, completion_tokens: 0 });
    // 3 at $0.15 per million, which is 0 in six decimal places
    const billed = cost({ provider: 'openai', model: 'gpt-4o-mini', usage });
    expect(invoice(billed)).toMatchObject({ status: 'priced', total: '0.00000045' });
  });

  it('adds a million of them without drift', () => {
    const usage = openaiUsage({ prompt_tokens: 3, completion_tokens: 1 });
    let total = 0n;
    for (let call = 0; call < 1_000_000; call++) {
      total += cost({ provider: 'openai', model: 'gpt-4o-mini', usage }).total ?? 0n;
    }
    // (3 at $0.15 + 1 at $0.60) per million, a million times
    expect(total).toBe(parseUsd('1.05'));
  }, 60_000);
});

describe('prices finer than a picodollar a token', () => {
  it('are rounded once a bucket, half to even', () => {
    const fine = new PriceBook({
      overrides: [{ model: 'tiny', input: '0.0000005', output: '0.0000004' }],
    });
    const total = (input: number, output: number) =>
      fine.cost({ provider: 'x', model: 'tiny', usage: inclusiveUsage({ input, output }), at: NOW })
        .total;
    // 0.5 picodollars a token of input, 0.4 of output
    expect(total(1, 0)).toBe(0n); // 0.5, even below
    expect(total(3, 0)).toBe(2n); // 1.5, even above
    expect(total(1001, 0)).toBe(500n); // 500.5, even below
    expect(total(0, 2)).toBe(1n); // 0.8
    expect(total(0, 1_000_000)).toBe(400_000n); // not a million times 0
    expect(total(1, 1)).toBe(0n); // 0.5 + 0.4, each rounded: buckets add up to the total
  });
});
