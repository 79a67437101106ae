import { describe, expect, it } from 'vitest';
import { inputTokenBound } from './token-bound.js';

describe('inputTokenBound', () => {
  it('counts the bytes of every text, and what is around them', () => {
    // 64 for the call, 16 for each text; an emoji has four bytes, an umlaut two.
    expect(inputTokenBound([])).toBe(64);
    expect(inputTokenBound(['', 'abc'])).toBe(64 + 16 + 16 + 3);
    expect(inputTokenBound(['ü🙂'])).toBe(64 + 16 + 6);
  });

  it('has room for what a provider adds where there are tools', () => {
    expect(inputTokenBound(['abc'], true)).toBe(64 + 2_048 + 16 + 3);
    expect(inputTokenBound(['abc'], false)).toBe(64 + 16 + 3);
  });
});
