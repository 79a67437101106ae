import { describe, expect, it } from 'vitest';
import { openaiUsage, totalInput, totalOutput } from './index.js';

describe('openaiUsage', () => {
  it('takes the cached tokens out of the prompt, and reasoning out of the completion', () => {
    const usage = openaiUsage({
      prompt_tokens: 1000,
      completion_tokens: 300,
      total_tokens: 1300,
      prompt_tokens_details: { cached_tokens: 600, cache_write_tokens: 100, audio_tokens: 0 },
      completion_tokens_details: {
        reasoning_tokens: 200,
        accepted_prediction_tokens: 0,
        rejected_prediction_tokens: 0,
      },
    });
    expect(usage).toEqual({
      input: 300,
      cacheRead: 600,
      cacheWrite5m: 100,
      cacheWrite1h: 0,
      output: 100,
      reasoning: 200,
    });
    expect(totalInput(usage)).toBe(1000);
    expect(totalOutput(usage)).toBe(300);
  });

  it('reads the responses API, with the lifetimes of cache writes and the searches beside', () => {
    const usage = openaiUsage(
      {
        input_tokens: 1000,
        input_tokens_details: {
          cached_tokens: 500,
          cache_write_tokens: 300,
          cache_write_tokens_details: { ttl_30m_tokens: 200, ttl_12h_tokens: 100 },
        },
        output_tokens: 40,
        output_tokens_details: { reasoning_tokens: 30 },
        total_tokens: 1040,
      },
      { web_search: { num_requests: 2 }, image_gen: { total_tokens: 0 } },
    );
    expect(usage).toEqual({
      input: 200,
      cacheRead: 500,
      cacheWrite5m: 200,
      cacheWrite1h: 100,
      output: 10,
      reasoning: 30,
      webSearches: 2,
    });
  });

  it('reads embeddings, which have no output', () => {
    expect(openaiUsage({ prompt_tokens: 8, total_tokens: 8 })).toMatchObject({
      input: 8,
      output: 0,
    });
  });

  it('sees by the total that reasoning is beside the output, as at xAI', () => {
    const usage = openaiUsage({
      prompt_tokens: 32,
      completion_tokens: 109,
      total_tokens: 235,
      completion_tokens_details: { reasoning_tokens: 94 },
    });
    // 32 + 109 + 94 = 235
    expect(usage).toMatchObject({ output: 109, reasoning: 94 });
  });

  it('takes reasoning beyond the output to be beside it, as at Perplexity', () => {
    const usage = openaiUsage({
      prompt_tokens: 33,
      completion_tokens: 7163,
      total_tokens: 7196,
      citation_tokens: 20016,
      num_search_queries: 18,
      reasoning_tokens: 73997,
    });
    expect(usage).toMatchObject({ output: 7163, reasoning: 73997, webSearches: 18 });
    expect(usage.faults).toEqual(['citation tokens are billed apart']);
  });

  it('takes a prompt smaller than its cached part to exclude it', () => {
    const usage = openaiUsage({
      prompt_tokens: 10,
      completion_tokens: 1,
      prompt_tokens_details: { cached_tokens: 90 },
    });
    expect(usage).toMatchObject({ input: 10, cacheRead: 90 });
    expect(usage.faults).toBeUndefined();
  });

  it('reads DeepSeek’s own name for cached tokens', () => {
    expect(
      openaiUsage({
        prompt_tokens: 100,
        prompt_cache_hit_tokens: 64,
        prompt_cache_miss_tokens: 36,
        completion_tokens: 5,
      }),
    ).toMatchObject({ input: 36, cacheRead: 64 });
  });

  it('says how many of the tokens are audio and images', () => {
    expect(
      openaiUsage({
        prompt_tokens: 100,
        completion_tokens: 50,
        prompt_tokens_details: { audio_tokens: 60, image_tokens: 30 },
        completion_tokens_details: { audio_tokens: 40 },
      }),
    ).toMatchObject({
      input: 100,
      output: 50,
      modalities: { inputAudio: 60, inputImage: 30, outputAudio: 40 },
    });
  });

  it('says that generated images are billed apart', () => {
    const { faults } = openaiUsage(
      { input_tokens: 1, output_tokens: 1 },
      { image_gen: { total_tokens: 272 } },
    );
    expect(faults).toEqual(['tokens of generated images are billed apart']);
  });

  it.each([[null], [undefined], ['x'], [{}], [{ total_tokens: 3 }]])(
    'reports that %j has no usage, as of a stream without include_usage',
    (raw) => {
      expect(openaiUsage(raw).faults).toEqual(['no usage was reported']);
    },
  );

  it('keeps every fault', () => {
    expect(
      openaiUsage({
        prompt_tokens: -5,
        completion_tokens: '7',
        prompt_tokens_details: { cached_tokens: 0.5 },
      }).faults,
    ).toEqual([
      'prompt_tokens is not a token count',
      'completion_tokens is not a token count',
      'cached_tokens is not a token count',
    ]);
  });
});
