import { describe, expect, it } from 'vitest';
import { anthropicUsage, totalInput, totalOutput } from './index.js';

describe('anthropicUsage', () => {
  it('takes input as it is, since it excludes the cache, and thinking out of the output', () => {
    const usage = anthropicUsage({
      input_tokens: 10,
      cache_read_input_tokens: 7,
      cache_creation_input_tokens: 5,
      cache_creation: { ephemeral_5m_input_tokens: 3, ephemeral_1h_input_tokens: 2 },
      output_tokens: 50,
      output_tokens_details: { thinking_tokens: 20 },
      server_tool_use: { web_search_requests: 1, web_fetch_requests: 0 },
      service_tier: 'standard',
      inference_geo: 'not_available',
      speed: 'standard',
    });
    expect(usage).toEqual({
      input: 10,
      cacheRead: 7,
      cacheWrite5m: 3,
      cacheWrite1h: 2,
      output: 30,
      reasoning: 20,
      webSearches: 1,
    });
    // What the SDK's own span says: 10 + 7 + 5 = 22.
    expect(totalInput(usage)).toBe(22);
    expect(totalOutput(usage)).toBe(50);
  });

  it('counts cache writes without lifetimes as short-lived', () => {
    expect(
      anthropicUsage({
        input_tokens: 1,
        output_tokens: 2,
        cache_creation_input_tokens: 5,
        cache_creation: null,
      }),
    ).toMatchObject({ cacheWrite5m: 5, cacheWrite1h: 0 });
  });

  it('counts lifetimes without a total', () => {
    expect(
      anthropicUsage({
        input_tokens: 1,
        output_tokens: 2,
        cache_creation: { ephemeral_5m_input_tokens: 3, ephemeral_1h_input_tokens: 4 },
      }),
    ).toMatchObject({ cacheWrite5m: 3, cacheWrite1h: 4 });
  });

  it('bills the larger of a total and lifetimes that disagree, and says so', () => {
    const usage = anthropicUsage({
      input_tokens: 1,
      output_tokens: 2,
      cache_creation_input_tokens: 9,
      cache_creation: { ephemeral_5m_input_tokens: 3, ephemeral_1h_input_tokens: 4 },
    });
    expect(usage).toMatchObject({ cacheWrite5m: 5, cacheWrite1h: 4 });
    expect(usage.faults).toEqual(['cache writes by lifetime add up to 7, not to the 9 reported']);
  });

  it('reads null and absent counts as 0', () => {
    expect(
      anthropicUsage({
        input_tokens: 4,
        output_tokens: 6,
        cache_read_input_tokens: null,
        cache_creation_input_tokens: null,
        cache_creation: null,
        output_tokens_details: null,
        server_tool_use: null,
      }),
    ).toEqual({
      input: 4,
      cacheRead: 0,
      cacheWrite5m: 0,
      cacheWrite1h: 0,
      output: 6,
      reasoning: 0,
    });
  });

  it('never has more thinking than billed output', () => {
    const usage = anthropicUsage({
      input_tokens: 1,
      output_tokens: 10,
      output_tokens_details: { thinking_tokens: 11 },
    });
    expect(usage).toMatchObject({ output: 0, reasoning: 10 });
  });

  it('names the ways of serving that are billed otherwise', () => {
    const counts = { input_tokens: 1, output_tokens: 1 };
    expect(anthropicUsage({ ...counts, speed: 'fast', inference_geo: 'us' }).modes).toEqual([
      'fast',
      'geo:us',
    ]);
    expect(anthropicUsage({ ...counts, inference_geo: 'global' }).modes).toBeUndefined();
  });

  it('adds compactions, which the totals leave out, but not the turns, which they hold', () => {
    const usage = anthropicUsage({
      input_tokens: 100,
      output_tokens: 10,
      iterations: [
        { type: 'compaction', input_tokens: 3, output_tokens: 2, cache_read_input_tokens: 1 },
        { type: 'message', input_tokens: 100, output_tokens: 10 },
      ],
    });
    expect(usage).toMatchObject({ input: 103, cacheRead: 1, output: 12 });
    expect(usage.faults).toBeUndefined();
  });

  it('says that another model took part', () => {
    const { faults } = anthropicUsage({
      input_tokens: 1,
      output_tokens: 1,
      iterations: [{ type: 'advisor_message', input_tokens: 9, output_tokens: 9 }],
    });
    expect(faults).toEqual(['usage of a further model (advisor_message) is billed apart']);
  });

  it.each([
    ['negative', -1],
    ['not a number', Number.NaN],
    ['infinite', Number.POSITIVE_INFINITY],
    ['a fraction', 1.5],
    ['text', '12'],
    ['absurdly large', 1e15],
    ['an object', {}],
  ])('takes a count that is %s for 0 and keeps the fault', (_, count) => {
    const usage = anthropicUsage({ input_tokens: count, output_tokens: 5 });
    expect(usage).toMatchObject({ input: 0, output: 5 });
    expect(usage.faults).toEqual(['input_tokens is not a token count']);
  });

  it.each([[undefined], [null], ['usage'], [42], [[]], [{}], [{ service_tier: 'standard' }]])(
    'reports that %j has no usage',
    (raw) => {
      expect(anthropicUsage(raw).faults).toEqual(['no usage was reported']);
    },
  );
});
