import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  anthropicUsage,
  geminiUsage,
  inclusiveUsage,
  openaiUsage,
  totalInput,
  totalOutput,
} from './index.js';

describe('inclusiveUsage', () => {
  it('takes the parts out of the totals', () => {
    expect(
      inclusiveUsage({
        input: 22,
        cacheRead: 7,
        cacheWrite: 5,
        cacheWrite5m: 3,
        cacheWrite1h: 2,
        output: 50,
        reasoning: 20,
      }),
    ).toEqual({
      input: 10,
      cacheRead: 7,
      cacheWrite5m: 3,
      cacheWrite1h: 2,
      output: 30,
      reasoning: 20,
    });
  });

  it('takes a total smaller than its parts to exclude them', () => {
    expect(inclusiveUsage({ input: 10, cacheRead: 7, cacheWrite: 5, output: 1 })).toMatchObject({
      input: 10,
      cacheRead: 7,
      cacheWrite5m: 5,
    });
  });

  it('takes counts of 0 as they are, and no counts at all for a fault', () => {
    expect(inclusiveUsage({ input: 0, output: 0 }).faults).toBeUndefined();
    expect(inclusiveUsage({}).faults).toEqual(['no usage was reported']);
    expect(inclusiveUsage({ input: null, output: undefined }).faults).toHaveLength(1);
  });

  it('keeps faults of single counts', () => {
    expect(inclusiveUsage({ input: '12', output: 3 }).faults).toEqual([
      'input is not a token count',
    ]);
  });
});

const count = fc.integer({ min: 0, max: 10_000_000 });

describe('every way of reporting', () => {
  const parts = fc.record({
    plain: count,
    read: count,
    short: count,
    long: count,
    output: count,
    reasoning: count,
  });

  it('gives the same buckets for the same call, and they add up to what was billed', () => {
    fc.assert(
      fc.property(parts, ({ plain, read, short, long, output, reasoning }) => {
        const inputTotal = plain + read + short + long;
        const outputTotal = output + reasoning;
        const expected = {
          input: plain,
          cacheRead: read,
          cacheWrite5m: short,
          cacheWrite1h: long,
          output,
          reasoning,
        };
        const reported = [
          anthropicUsage({
            input_tokens: plain,
            cache_read_input_tokens: read,
            cache_creation_input_tokens: short + long,
            cache_creation: { ephemeral_5m_input_tokens: short, ephemeral_1h_input_tokens: long },
            output_tokens: outputTotal,
            output_tokens_details: { thinking_tokens: reasoning },
          }),
          openaiUsage({
            input_tokens: inputTotal,
            input_tokens_details: {
              cached_tokens: read,
              cache_write_tokens: short + long,
              cache_write_tokens_details: { ttl_30m_tokens: short, ttl_12h_tokens: long },
            },
            output_tokens: outputTotal,
            output_tokens_details: { reasoning_tokens: reasoning },
            total_tokens: inputTotal + outputTotal,
          }),
          inclusiveUsage({
            input: inputTotal,
            cacheRead: read,
            cacheWrite: short + long,
            cacheWrite5m: short,
            cacheWrite1h: long,
            output: outputTotal,
            reasoning,
          }),
        ];
        for (const usage of reported) {
          expect(usage).toEqual(expected);
          expect(totalInput(usage)).toBe(inputTotal);
          expect(totalOutput(usage)).toBe(outputTotal);
        }
      }),
    );
  });

  it('adds up to the total that Gemini reports', () => {
    const gemini = fc.record({ prompt: count, tools: count, output: count, thoughts: count });
    fc.assert(
      fc.property(gemini, fc.double({ min: 0, max: 1, noNaN: true }), (counts, cachedShare) => {
        const usage = geminiUsage({
          promptTokenCount: counts.prompt,
          cachedContentTokenCount: Math.floor(counts.prompt * cachedShare),
          toolUsePromptTokenCount: counts.tools,
          candidatesTokenCount: counts.output,
          thoughtsTokenCount: counts.thoughts,
        });
        expect(totalInput(usage)).toBe(counts.prompt + counts.tools);
        expect(totalOutput(usage)).toBe(counts.output + counts.thoughts);
      }),
    );
  });

  it('gives counts and never throws, whatever is reported', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (raw, details) => {
        const records = [raw, { input_tokens: raw, output_tokens: details, iterations: [raw] }];
        for (const record of records) {
          for (const read of [anthropicUsage, openaiUsage, geminiUsage]) {
            const { input, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning } =
              read(record);
            for (const bucket of [
              input,
              cacheRead,
              cacheWrite5m,
              cacheWrite1h,
              output,
              reasoning,
            ]) {
              expect(Number.isSafeInteger(bucket) && bucket >= 0).toBe(true);
            }
          }
        }
      }),
    );
  });
});
