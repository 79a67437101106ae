import { calcPrice, waitForUpdate, type MatchLogic } from '@pydantic/genai-prices';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TokenUsage } from '../usage/index.js';
import { PriceBook, usdNumber } from './index.js';

const TIMES = [
  '2025-09-01T12:00:00Z',
  '2026-03-12T23:59:59.999Z',
  '2026-03-13T00:00:00Z',
  '2026-11-20T02:00:00Z',
  '2026-11-20T08:30:00Z',
  '2026-11-20T20:00:00Z',
].map((time) => new Date(time));

const USAGES: TokenUsage[] = [
  { input: 1, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 1, reasoning: 0 },
  { input: 1234, cacheRead: 777, cacheWrite5m: 55, cacheWrite1h: 0, output: 99, reasoning: 1001 },
  { input: 2e5, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 7, reasoning: 0 },
  { input: 1, cacheRead: 3e5, cacheWrite5m: 17, cacheWrite1h: 33, output: 7, reasoning: 5 },
  {
    input: 900,
    cacheRead: 300,
    cacheWrite5m: 0,
    cacheWrite1h: 0,
    output: 400,
    reasoning: 0,
    webSearches: 3,
    modalities: {
      inputAudio: 500,
      inputImage: 100,
      cacheReadAudio: 70,
      cacheReadImage: 20,
      outputAudio: 150,
      outputImage: 50,
    },
  },
];

/** Our buckets in the words of the catalogue's package, whose totals include their parts. */
function inclusive(usage: TokenUsage) {
  const { inputAudio, inputImage, cacheReadAudio, cacheReadImage, outputAudio, outputImage } =
    usage.modalities ?? {};
  return {
    input_tokens: usage.input + usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h,
    cache_read_tokens: usage.cacheRead,
    cache_write_tokens: usage.cacheWrite5m + usage.cacheWrite1h,
    cache_write_1h_tokens: usage.cacheWrite1h,
    output_tokens: usage.output + usage.reasoning,
    output_reasoning_tokens: usage.reasoning,
    web_searches: usage.webSearches ?? 0,
    input_audio_tokens: (inputAudio ?? 0) + (cacheReadAudio ?? 0),
    input_image_tokens: (inputImage ?? 0) + (cacheReadImage ?? 0),
    cache_audio_read_tokens: cacheReadAudio ?? 0,
    cache_image_read_tokens: cacheReadImage ?? 0,
    output_audio_tokens: outputAudio ?? 0,
    output_image_tokens: outputImage ?? 0,
  };
}

function literals(logic: MatchLogic): string[] {
  if ('or' in logic) return logic.or.flatMap(literals);
  if ('equals' in logic) return [logic.equals];
  if ('starts_with' in logic) return [logic.starts_with];
  return [];
}

interface Listed {
  provider: string;
  model: string;
  byTokens: boolean;
  /** When to ask: where a price has periods, at both sides of their ends. */
  times: Date[];
}
let models: Listed[];
let names: Listed[];

beforeAll(async () => {
  const providers = (await waitForUpdate()) ?? [];
  models = [];
  names = [];
  for (const provider of providers) {
    for (const { id, match, prices } of provider.models) {
      const listed = {
        provider: provider.id,
        model: id,
        byTokens: JSON.stringify(prices).includes('_mtok'),
        times: Array.isArray(prices) ? TIMES : TIMES.slice(-1),
      };
      models.push(listed);
      names.push(...literals(match).map((name) => ({ ...listed, model: name })));
    }
  }
});

describe('the whole catalogue', () => {
  const book = new PriceBook();

  it('has a price for every model by its own id', () => {
    const [usage] = USAGES as [TokenUsage];
    const unpriced = models
      .filter(({ byTokens }) => byTokens)
      .filter(
        ({ provider, model }) =>
          book.cost({ provider, model, usage, at: new Date('2026-11-20') }).status === 'unpriced',
      );
    expect(models.length).toBeGreaterThan(1000);
    expect(unpriced).toEqual([]);
  });

  it('is billed as its own package does, for every name, time and kind of usage', () => {
    const differences: unknown[] = [];
    let compared = 0;
    for (const { provider, model, times } of names) {
      for (const at of times) {
        for (const usage of USAGES) {
          const theirs = calcPrice(inclusive(usage), model, {
            providerId: provider,
            timestamp: at,
          });
          const ours = book.cost({ provider, model, usage, at });
          if (!theirs || ours.total === null) continue;
          compared++;
          // Theirs is a sum of floating-point numbers.
          const close = Math.abs(usdNumber(ours.total) - theirs.total_price) < 1e-9;
          if (!close) differences.push({ provider, model, at, theirs: theirs.total_price, ours });
        }
      }
    }
    expect(compared).toBeGreaterThan(9000);
    expect(differences).toEqual([]);
  }, 60_000);
});
