import { describe, expect, it } from 'vitest';
import { geminiUsage, totalInput, totalOutput } from './index.js';

describe('geminiUsage', () => {
  it('takes cached content out of the prompt and adds thoughts and what tools put in', () => {
    const usage = geminiUsage({
      promptTokenCount: 1000,
      cachedContentTokenCount: 400,
      toolUsePromptTokenCount: 50,
      candidatesTokenCount: 200,
      thoughtsTokenCount: 300,
      totalTokenCount: 1550,
    });
    expect(usage).toEqual({
      input: 650,
      cacheRead: 400,
      cacheWrite5m: 0,
      cacheWrite1h: 0,
      output: 200,
      reasoning: 300,
    });
    // The provider's own total: 1000 + 50 + 200 + 300.
    expect(totalInput(usage) + totalOutput(usage)).toBe(1550);
  });

  it('says how many of the tokens are not text, cached ones apart', () => {
    const { modalities } = geminiUsage({
      promptTokenCount: 100,
      cachedContentTokenCount: 40,
      candidatesTokenCount: 20,
      promptTokensDetails: [
        { modality: 'TEXT', tokenCount: 10 },
        { modality: 'AUDIO', tokenCount: 70 },
        { modality: 'DOCUMENT', tokenCount: 20 },
      ],
      cacheTokensDetails: [{ modality: 'AUDIO', tokenCount: 40 }],
      toolUsePromptTokensDetails: [{ modality: 'IMAGE', tokenCount: 5 }],
      candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 20 }],
    });
    expect(modalities).toEqual({
      inputAudio: 30,
      inputImage: 25,
      cacheReadAudio: 40,
      outputImage: 20,
    });
  });

  it('reads a blocked answer, which has no candidates', () => {
    expect(geminiUsage({ promptTokenCount: 5, totalTokenCount: 5 })).toMatchObject({
      input: 5,
      output: 0,
    });
  });

  it('survives details of any shape', () => {
    const usage = geminiUsage({
      promptTokenCount: 5,
      promptTokensDetails: [null, 'x', { modality: 'constructor', tokenCount: 3 }, {}],
      cacheTokensDetails: 'none',
    });
    expect(usage.modalities).toBeUndefined();
    expect(usage.faults).toBeUndefined();
  });

  it.each([[null], [{}], ['x'], [{ totalTokenCount: 3 }]])(
    'reports that %j has no usage',
    (raw) => {
      expect(geminiUsage(raw).faults).toEqual(['no usage was reported']);
    },
  );
});
