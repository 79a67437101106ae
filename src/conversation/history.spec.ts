import { describe, expect, it } from 'vitest';
import { estimateTokens, trimHistory, type PastTurn } from './history.js';

const turn = (n: number, length = 4): PastTurn => ({
  user: `u${n}`.padEnd(length, '.'),
  assistant: `a${n}`.padEnd(length, '.'),
});

describe('trimHistory', () => {
  it('sends everything that fits, oldest first, the new message last', () => {
    const { messages, keptTurns } = trimHistory({
      turns: [turn(1), turn(2)],
      message: 'now',
      window: 1_000,
      maxTokens: 100,
    });
    expect(keptTurns).toBe(2);
    expect(messages.map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'user',
      'assistant',
      'user',
    ]);
    expect(messages.map(({ content }) => content.slice(0, 3))).toEqual([
      'u1.',
      'a1.',
      'u2.',
      'a2.',
      'now',
    ]);
  });

  it('drops the oldest turns when all would not fit, never one from the middle', () => {
    // A turn of 2 x 250 characters is estimated at 2 x (100 + 8) = 216 tokens, 'now' at 10.
    const turns = [turn(1, 250), turn(2, 250), turn(3, 250)];
    const trim = (window: number) => trimHistory({ turns, message: 'now', window, maxTokens: 100 });
    expect(trim(100 + 10 + 3 * 216 + 8).keptTurns).toBe(3);
    expect(trim(100 + 10 + 3 * 216 + 7).keptTurns).toBe(2);
    expect(trim(100 + 10 + 2 * 216 + 8).keptTurns).toBe(2);
    expect(trim(100 + 10 + 2 * 216 + 7).messages[0]?.content).toMatch(/^u3/);
  });

  it('leaves room for the system prompt and for the answer', () => {
    const turns = [turn(1, 250)];
    const options = { turns, message: 'now', window: 500, maxTokens: 100 };
    expect(trimHistory(options).keptTurns).toBe(1);
    expect(trimHistory({ ...options, system: 'x'.repeat(500) }).keptTurns).toBe(0);
    expect(trimHistory({ ...options, maxTokens: 400 }).keptTurns).toBe(0);
  });

  it('always sends the new message, however large', () => {
    const { messages } = trimHistory({
      turns: [turn(1)],
      message: 'x'.repeat(9_999),
      window: 100,
      maxTokens: 10,
    });
    expect(messages).toHaveLength(1);
  });
});

describe('estimateTokens', () => {
  it('counts bytes, so that scripts with many tokens a character are not underrated', () => {
    expect(estimateTokens('日本語')).toBeGreaterThan(estimateTokens('abc'));
  });
});
