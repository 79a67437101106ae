import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatUsd, parseUsd, usdNumber } from './index.js';

describe('formatUsd', () => {
  it.each([
    [0n, '0'],
    [1n, '0.000000000001'],
    [1_500_000n, '0.0000015'],
    [10n ** 12n, '1'],
    [1_050_000_000_000n, '1.05'],
    [123_456_789_012_345_678n, '123456.789012345678'],
    [-1_500_000n, '-0.0000015'],
  ])('writes %s picodollars as %s dollars', (amount, text) => {
    expect(formatUsd(amount)).toBe(text);
  });
});

describe('parseUsd', () => {
  it('reads back every amount that formatUsd writes', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), (amount) => {
        expect(parseUsd(formatUsd(amount))).toBe(amount);
      }),
    );
  });

  it('takes zeros at either end', () => {
    expect(parseUsd('007.50')).toBe(7_500_000_000_000n);
    expect(parseUsd('1.0000000000010000')).toBe(1_000_000_000_001n);
  });

  it.each([
    '',
    '-',
    '.5',
    '5.',
    '1e-7',
    '1,5',
    ' 1',
    '1 ',
    '0x10',
    '--1',
    '+1',
    'NaN',
    '١',
    '1.2.3',
    '9'.repeat(1000),
  ])('refuses %j', (text) => {
    expect(() => parseUsd(text)).toThrow(RangeError);
  });

  it('refuses what is finer than a picodollar', () => {
    expect(() => parseUsd('0.0000000000001')).toThrow('Finer than a picodollar');
  });
});

describe('usdNumber', () => {
  it('is the number nearest to the amount', () => {
    expect(usdNumber(100_000_000_000n)).toBe(0.1);
    expect(usdNumber(1n)).toBe(1e-12);
    // 0.1 + 0.2 in picodollars is 0.3; in floating point it is 0.30000000000000004.
    expect(usdNumber(100_000_000_000n + 200_000_000_000n)).toBe(0.3);
  });
});
