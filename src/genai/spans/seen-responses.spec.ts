import { describe, expect, it } from 'vitest';
import { SeenResponses } from './seen-responses.js';

describe('SeenResponses', () => {
  it('knows a response in its trace only', () => {
    const seen = new SeenResponses();
    seen.add('trace', 'msg_1');
    expect([seen.has('trace', 'msg_1'), seen.has('other', 'msg_1')]).toEqual([true, false]);
  });

  it('keeps as many of the newest as it was told, and forgets the rest', () => {
    const seen = new SeenResponses(100);
    for (let i = 0; i < 1000; i++) seen.add('trace', `msg_${i}`);
    expect(seen.has('trace', 'msg_900')).toBe(true);
    expect(seen.has('trace', 'msg_700')).toBe(false);
  });
});
