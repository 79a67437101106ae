import { describe, expect, it } from 'vitest';
import { Turnstile } from './turnstile.js';

describe('Turnstile', () => {
  it('lets callers of one name pass in the order in which they came', async () => {
    const turnstile = new Turnstile();
    const order: number[] = [];
    await Promise.all(
      [1, 2, 3].map(async (n) => {
        const leave = await turnstile.enter('a');
        order.push(n);
        await Promise.resolve();
        order.push(-n);
        leave();
      }),
    );
    expect(order).toEqual([1, -1, 2, -2, 3, -3]);
  });

  it('does not keep other names waiting', async () => {
    const turnstile = new Turnstile();
    await turnstile.enter('a');
    await expect(turnstile.enter('b')).resolves.toBeTypeOf('function');
  });

  it('is open again after the last has left', async () => {
    const turnstile = new Turnstile();
    for (let n = 0; n < 3; n++) (await turnstile.enter('a'))();
    await expect(turnstile.enter('a')).resolves.toBeTypeOf('function');
  });
});
