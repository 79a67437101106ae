import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { describe, expect, it } from 'vitest';
import { anthropicUsage, inclusiveUsage, type TokenUsage } from '../usage/index.js';
import { PriceBook } from './index.js';

const AT = new Date('2026-11-20T12:00:00Z');
const USAGE = inclusiveUsage({ input: 1000, output: 100 });
const NOTHING = inclusiveUsage({ input: 0, output: 0 });
const book = new PriceBook();

function cost(provider: string, model: string, usage: TokenUsage = USAGE, serviceTier?: string) {
  return book.cost({ provider, model, usage, at: AT, serviceTier });
}

describe('matching a model', () => {
  it.each([
    ['anthropic', 'claude-haiku-4-5-20251001', 'anthropic/claude-haiku-4-5'],
    ['anthropic', 'anthropic/claude-haiku-4-5', 'anthropic/claude-haiku-4-5'],
    ['anthropic', ' Claude-Haiku-4-5 ', 'anthropic/claude-haiku-4-5'],
    ['anthropic', 'claude-3-5-sonnet-latest', 'anthropic/claude-3-5-sonnet'],
    ['openai', 'gpt-4o-2024-05-13', 'openai/gpt-4o-2024-05-13'],
    ['openai', 'gpt-4o-mini-2031-01-01', 'openai/gpt-4o-mini'],
    ['openai', 'ft:gpt-4o-mini-2024-07-18:acme:x:AbC123', 'openai/ft:gpt-4o-mini'],
    ['openai.responses', 'gpt-5', 'openai/gpt-5'],
    ['gcp.vertex_ai', 'claude-sonnet-4-5@20250929', 'google/claude-sonnet-4-5'],
    ['gcp.vertex_ai', 'claude-3-5-sonnet-v2@20241022', 'google/claude-3-5-sonnet'],
    ['gcp.vertex_ai', 'publishers/google/models/gemini-2.5-pro', 'google/gemini-2.5-pro'],
    ['gcp.gemini', 'models/gemini-2.5-pro', 'google/gemini-2.5-pro'],
    ['gcp.gemini', 'gemini-2.0-flash-001', 'google/gemini-2.0-flash'],
    ['gcp.gemini', 'gemini-2.5-pro-preview-05-06', 'google/gemini-2.5-pro'],
    ['aws.bedrock', 'amazon.nova-lite-v1:0:300k', 'aws/amazon.nova-lite-v1:0'],
    ['aws.bedrock', 'mistral.mistral-7b-instruct-v0:2', 'aws/mistral.mistral-7b-instruct-v0:2'],
    ['x_ai', 'grok-3', 'x-ai/grok-3'],
    ['mistral_ai', 'magistral-medium-2509', 'mistral/magistral-medium'],
    ['groq', 'openai/gpt-oss-120b', 'groq/openai/gpt-oss-120b'],
    ['litellm', 'anthropic/claude-haiku-4-5', 'anthropic/claude-haiku-4-5'],
    ['', 'claude-haiku-4-5', 'anthropic/claude-haiku-4-5'],
    ['openai', 'anthropic/claude-haiku-4-5', 'anthropic/claude-haiku-4-5'],
  ])('finds, with %s, %s as %s', (provider, model, id) => {
    expect(cost(provider, model)).toMatchObject({ status: 'priced', price: { id } });
  });

  it('finds Bedrock models by ARN', () => {
    const arn = 'arn:aws:bedrock:us-east-1:123456789012:inference-profile/';
    const model = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
    expect(cost('aws.bedrock', arn + model)).toEqual(cost('aws.bedrock', model));
  });

  it.each([
    ['anthropic', 'claude-sonnet-5-5', 'claude-sonnet-5'],
    ['aws.bedrock', 'us.anthropic.claude-sonnet-5-5-v1:0', 'claude-sonnet-5-v1:0'],
    ['gcp.vertex_ai', 'claude-sonnet-5-5@20261010', 'claude-sonnet-5'],
    ['anthropic', 'claude-opus-4-6-fast', 'claude-opus-4-6'],
    ['openai', 'gpt-5-nano-high', 'gpt-5-nano'],
    ['gcp.gemini', 'gemini-1.5-flash-8b', 'gemini-1.5-flash'],
    ['deepseek', 'deepseek-r1-distill-llama-70b', 'deepseek-reasoner'],
    ['aws.bedrock', 'amazon.titan-embed-text-v2:0', 'amazon.titan-embed-text-v1'],
  ])('does not, with %s, take %s for %s', (provider, model, near) => {
    const { status, total, buckets, price, reason } = cost(provider, model);
    expect({ status, total, buckets, price }).toEqual({
      status: 'unpriced',
      total: null,
      buckets: null,
      price: null,
    });
    expect(reason).toContain(`"${model}"`);
    expect(reason).toContain(`${near} is another model`);
  });

  it.each([
    ['openai', 'davinci-002'],
    ['openai', 'gpt-9'],
    ['groq', 'openai/gpt-4o'],
    ['ollama', 'deepseek-chat'],
    ['my-openai-proxy', 'gpt-4o'],
    ['', 'proto1-x'],
    ['', ''],
    ['anthropic', 'x'.repeat(100_000)],
    ['x'.repeat(100_000), 'claude-haiku-4-5'],
  ])('has no price with %s for another’s model, %#', (provider, model) => {
    const { status, total, reason } = cost(provider, model);
    expect({ status, total }).toEqual({ status: 'unpriced', total: null });
    expect(reason?.length).toBeLessThan(200);
  });

  it('keeps giving the same answers when there are more models than it keeps', () => {
    const before = cost('anthropic', 'claude-haiku-4-5');
    for (let index = 0; index < 3000; index++) cost('anthropic', `model-${index}`, NOTHING);
    expect(cost('anthropic', 'claude-haiku-4-5')).toEqual(before);
  });
});

describe('the status of a cost', () => {
  it('is priced for a call that used nothing, at a known price', () => {
    expect(cost('openai', 'gpt-4o', NOTHING)).toMatchObject({ status: 'priced', total: 0n });
  });

  it('is free when everything used costs nothing', () => {
    expect(cost('openrouter', 'meta-llama/llama-3.3-70b-instruct:free')).toMatchObject({
      status: 'free',
      total: 0n,
    });
  });

  it.each([
    ['openai', 'whisper-1'], // by the hour
    ['cerebras', 'qwen-3-coder-480b'], // listed without any price
  ])('is unpriced, not free, where the catalogue has no price by tokens: %s, %s', (...model) => {
    expect(cost(...model)).toMatchObject({
      status: 'unpriced',
      reason: `the catalogue has no price by tokens for "${model[1]}"`,
    });
  });

  it('is partial when a count could not be read', () => {
    const usage = anthropicUsage({ input_tokens: 1000, output_tokens: -1 });
    expect(cost('anthropic', 'claude-haiku-4-5', usage)).toMatchObject({
      status: 'partial',
      total: 1_000_000_000n,
      reason: 'output_tokens is not a token count',
    });
  });

  it('is partial, not 0, when no usage was reported', () => {
    const { status, reason } = cost('anthropic', 'claude-haiku-4-5', anthropicUsage(undefined));
    expect({ status, reason }).toEqual({ status: 'partial', reason: 'no usage was reported' });
  });

  it('is partial when long-lived cache writes have no price of their own', () => {
    const usage = inclusiveUsage({ input: 100, cacheWrite1h: 100 });
    // At least the $1.375 of short-lived ones: 100 at 1.375
    expect(cost('aws.bedrock', 'us.anthropic.claude-haiku-4-5-20251001-v1:0', usage)).toMatchObject(
      {
        status: 'partial',
        total: 137_500_000n,
        reason: 'no price for long-lived cache writes: billed as short-lived ones',
      },
    );
  });

  it('bills cached tokens as input where the price does not tell them apart', () => {
    const usage = inclusiveUsage({ input: 100, cacheRead: 60, cacheWrite5m: 10, cacheWrite1h: 5 });
    // gpt-4 has two prices: $30 and $60
    expect(cost('openai', 'gpt-4', usage)).toMatchObject({
      status: 'priced',
      total: 3_000_000_000n,
    });
  });

  it('is partial when one bucket has no price, and unpriced when none has', () => {
    const embedding = 'text-embedding-3-small';
    expect(cost('openai', embedding, inclusiveUsage({ input: 5, output: 7 }))).toMatchObject({
      status: 'partial',
      total: 100_000n,
      reason: 'no price for output',
    });
    expect(cost('openai', embedding, inclusiveUsage({ output: 7 }))).toMatchObject({
      status: 'unpriced',
      total: null,
      reason: 'no price for output',
    });
  });

  it('is partial when searches have no price', () => {
    const usage = { ...USAGE, webSearches: 1 };
    expect(cost('openai', 'gpt-4', usage)).toMatchObject({
      status: 'partial',
      reason: 'no price for webSearch',
    });
  });

  it('takes the fee that some models have for each call', () => {
    // sonar: $1 and $1 per million, and $12 per thousand requests
    expect(cost('perplexity', 'sonar')).toMatchObject({
      status: 'priced',
      buckets: { input: 1_000_000_000n, output: 100_000_000n, requests: 12_000_000_000n },
    });
  });

  it('survives counts that no provider reports', () => {
    for (const input of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60]) {
      const { status, reason } = cost('openai', 'gpt-4o', { ...USAGE, input });
      expect(status).toBe('partial');
      expect(reason).toContain('input');
    }
  });

  it('is unpriced at a time that is none', () => {
    const at = new Date('not a date');
    expect(book.cost({ provider: 'openai', model: 'gpt-4o', usage: USAGE, at })).toMatchObject({
      status: 'unpriced',
      reason: 'the time of the call is not valid',
    });
    expect(book.find({ provider: 'openai', model: 'gpt-4o', at })).toBeUndefined();
  });
});

describe('service tiers', () => {
  it.each([undefined, '', 'standard', 'standard_only', 'default', 'auto', 'Standard'])(
    'takes %j for standard',
    (tier) => {
      expect(cost('openai', 'gpt-4o', USAGE, tier)).toEqual(cost('openai', 'gpt-4o'));
    },
  );

  it.each(['batch', 'flex', 'priority', 'scale', 'ultrafast', 'constructor'])(
    'does not know what %s costs',
    (tier) => {
      expect(cost('openai', 'gpt-4o', USAGE, tier)).toMatchObject({
        status: 'partial',
        total: cost('openai', 'gpt-4o').total,
        reason: `no price rule for "${tier}": billed as standard`,
      });
    },
  );

  it('does not know what other ways of serving cost either', () => {
    const usage = anthropicUsage({ input_tokens: 1, output_tokens: 1, speed: 'fast' });
    expect(cost('anthropic', 'claude-opus-4-6', usage)).toMatchObject({ status: 'partial' });
  });
});

describe('find', () => {
  it('gives the price in force, level by level', () => {
    const query = { provider: 'anthropic', model: 'claude-sonnet-4-5' };
    expect(book.find({ ...query, at: AT })).toMatchObject({
      ref: { id: 'anthropic/claude-sonnet-4-5', source: 'catalogue' },
      perMillionTokens: {
        input: '3',
        cacheRead: '0.3',
        cacheWrite5m: '3.75',
        cacheWrite1h: '6',
        output: '15',
        reasoning: '15',
      },
      longContext: [{ above: 200_000, perMillionTokens: { input: '6', output: '22.5' } }],
      perWebSearch: '0.01',
      contextWindow: 200_000,
    });
  });

  it('gives the price of the hour', () => {
    const at = (time: string) =>
      book.find({ provider: 'deepseek', model: 'deepseek-v4-pro', at: new Date(time) });
    expect(at('2026-11-20T00:59:59.999Z')?.perMillionTokens.input).toBe('0.66');
    expect(at('2026-11-20T01:00:00.000Z')?.perMillionTokens.input).toBe('1.32');
    expect(at('2026-11-20T03:59:59.999Z')?.perMillionTokens.input).toBe('1.32');
    expect(at('2026-11-20T04:00:00.000Z')?.perMillionTokens.input).toBe('0.66');
  });

  it('names modalities that cost other than text', () => {
    const price = book.find({ provider: 'gcp.gemini', model: 'gemini-2.5-flash', at: AT });
    expect(price?.perMillionTokens).toMatchObject({ input: '0.3', inputAudio: '1' });
    expect(price?.perMillionTokens).not.toHaveProperty('inputImage');
  });

  it('gives nothing for an unknown model', () => {
    expect(book.find({ provider: 'openai', model: 'gpt-9', at: AT })).toBeUndefined();
  });

  it('says which version of the catalogue the price is from', () => {
    const file = findPackageJSON('@pydantic/genai-prices', import.meta.url);
    const { version } = JSON.parse(readFileSync(String(file), 'utf8')) as { version: string };
    const price = book.find({ provider: 'openai', model: 'gpt-4o', at: AT });
    expect(price?.ref.catalogueVersion).toBe(version);
  });
});

describe('contextWindow', () => {
  it('is what the catalogue knows', () => {
    expect(book.contextWindow('anthropic', 'claude-haiku-4-5-20251001')).toBe(200_000);
    expect(book.contextWindow('anthropic', 'claude-sonnet-5-5')).toBeUndefined();
  });
});
