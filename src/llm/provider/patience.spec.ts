import { describe, expect, it } from 'vitest';
import { retryAfterSeconds, withPatience } from './patience.js';

describe('retryAfterSeconds', () => {
  it.each([
    [{ 'retry-after': '7' }, 7],
    [{ 'retry-after': '0.5' }, 0.5],
    [{ 'retry-after-ms': '1500', 'retry-after': '9' }, 1.5],
    [{}, 0],
    [{ 'retry-after': 'soon' }, 0],
    [{ 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' }, 0],
  ])('reads %o as %d', (headers, seconds) => {
    expect(retryAfterSeconds(new Headers(headers as Record<string, string>))).toBe(seconds);
  });

  it('reads a date as the time until then', () => {
    const date = new Date(Date.now() + 60_000).toUTCString();
    const seconds = retryAfterSeconds(new Headers({ 'retry-after': date }));
    expect(seconds).toBeGreaterThan(55);
    expect(seconds).toBeLessThanOrEqual(60);
  });
});

describe('withPatience', () => {
  const answer = (retryAfter: string) =>
    withPatience(() =>
      Promise.resolve(new Response('', { status: 429, headers: { 'retry-after': retryAfter } })),
    )('http://provider');

  it('lets the SDK retry after a short wait', async () => {
    expect((await answer('5')).headers.get('x-should-retry')).toBeNull();
  });

  it('keeps the SDK from a long one', async () => {
    expect((await answer('6')).headers.get('x-should-retry')).toBe('false');
  });
});
