import { describe, expect, it } from 'vitest';
import { MessageList } from './message-list.js';

const text = (content: string) => ({ role: 'user', parts: [{ type: 'text', content }] });

describe('MessageList', () => {
  it('keeps the newest messages within the limit, as valid JSON', () => {
    const list = new MessageList(300);
    for (let i = 0; i < 1000; i++) list.add(text(`message ${i}`));
    const json = list.toJson();
    expect(Buffer.byteLength(json)).toBeLessThanOrEqual(300);
    // One message is 66 bytes, so four fit.
    expect(JSON.parse(json)).toEqual([996, 997, 998, 999].map((i) => text(`message ${i}`)));
  });

  it.each([
    ['ascii', 'x'.repeat(10_000)],
    ['quotes and line ends, which JSON doubles', '"\n'.repeat(5_000)],
    ['control characters, which JSON makes six bytes', '\u0001'.repeat(10_000)],
    ['emoji, of two code units', '😀'.repeat(5_000)],
  ])('cuts one long message and stays valid JSON: %s', (_, content) => {
    for (const limit of [40, 99, 100, 101, 2000]) {
      const list = new MessageList(limit);
      list.add(text(content));
      const json = list.toJson();
      expect(Buffer.byteLength(json)).toBeLessThanOrEqual(limit);
      expect(JSON.parse(json)).toHaveLength(1);
      expect(json.isWellFormed()).toBe(true);
    }
  });

  it('cuts again when a smaller limit turns up', () => {
    const list = new MessageList(2000);
    list.add(text('first'));
    list.add(text('y'.repeat(1500)));
    const json = list.toJson(200);
    expect(Buffer.byteLength(json)).toBeLessThanOrEqual(200);
    expect(JSON.parse(json)).toEqual([text(expect.stringMatching(/^y+… \[cut\]$/))]);
  });

  it('takes anything for a message', () => {
    const list = new MessageList(500);
    for (const odd of [undefined, null, 1, 'text', [], {}, { parts: 'none' }]) list.add(odd);
    expect(JSON.parse(list.toJson())).toEqual([null, null, 1, 'text', [], {}, { parts: 'none' }]);
  });
});
