import { decimalOfNumber, divideByPowerOfTen, formatDecimal, parseDecimal } from './decimal.js';

/**
 * An amount of money: a whole number of 1e-12 US dollars, so that sums are exact. A token at
 * $0.075 per million costs 75,000 of them.
 */
export type Picodollars = bigint;

/** Decimal places of a dollar amount in picodollars. */
export const PICODOLLAR_PLACES = 12;

/**
 * The exact amount in dollars as a plain decimal: no exponent, no rounding.
 * @example formatUsd(1_500_000n) // '0.0000015'
 */
export function formatUsd(amount: Picodollars): string {
  const sign = amount < 0n ? '-' : '';
  const digits = amount < 0n ? -amount : amount;
  return sign + formatDecimal({ digits, places: PICODOLLAR_PLACES });
}

/**
 * The inverse of {@link formatUsd}.
 * @param text dollars: digits, at most one point, at most a leading minus
 * @throws {RangeError} for anything else, and for an amount finer than a picodollar
 * @example parseUsd('0.0000015') // 1_500_000n
 */
export function parseUsd(text: string): Picodollars {
  const negative = text.startsWith('-');
  const decimal = parseDecimal(negative ? text.slice(1) : text);
  if (!decimal) throw new RangeError(`Not an amount of dollars: ${JSON.stringify(text)}`);
  const { digits, places } = divideByPowerOfTen(decimal, -PICODOLLAR_PLACES);
  if (places > 0) throw new RangeError(`Finer than a picodollar: ${text}`);
  return negative ? -digits : digits;
}

/**
 * An amount as people write it in code. A number is the decimal that it was written as: `0.1` is
 * a tenth.
 * @throws {RangeError} for what is negative, not finite, no amount, or finer than a picodollar
 */
export function toPicodollars(usd: number | string): Picodollars {
  const decimal = typeof usd === 'number' ? decimalOfNumber(usd) : parseDecimal(usd);
  if (!decimal) throw new RangeError(`Not an amount of dollars: ${JSON.stringify(usd)}`);
  return parseUsd(formatDecimal(decimal));
}

/** The JSON number nearest to the amount in dollars: for display, never for sums. */
export function usdNumber(amount: Picodollars): number {
  // Both operands are exact up to 2^53, so the division gives the nearest number by itself.
  const exact = amount <= Number.MAX_SAFE_INTEGER && amount >= Number.MIN_SAFE_INTEGER;
  return exact ? Number(amount) / 1e12 : Number(formatUsd(amount));
}
