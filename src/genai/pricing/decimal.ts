/** An exact decimal number, not negative: `digits` / 10^`places`. */
export interface Decimal {
  readonly digits: bigint;
  readonly places: number;
}

const PLAIN = /^(\d{1,20})(?:\.(\d{1,20}))?$/;

/** @returns undefined unless the text is plain digits, with or without a decimal point */
export function parseDecimal(text: string): Decimal | undefined {
  const match = PLAIN.exec(text);
  if (!match) return undefined;
  const [, whole = '', fraction = ''] = match;
  const significant = fraction.replace(/0+$/, '');
  return { digits: BigInt(whole + significant), places: significant.length };
}

/**
 * The decimal that a number was written as: its shortest form that reads back as the same number.
 * @param value not negative and finite
 */
export function decimalOfNumber(value: number): Decimal | undefined {
  const [mantissa = '', exponent] = String(value).split('e');
  const decimal = parseDecimal(mantissa);
  return decimal && divideByPowerOfTen(decimal, -Number(exponent ?? 0));
}

/** `decimal` / 10^`power`; the power may be negative. */
export function divideByPowerOfTen(decimal: Decimal, power: number): Decimal {
  const places = decimal.places + power;
  if (places >= 0) return { digits: decimal.digits, places };
  return { digits: decimal.digits * 10n ** BigInt(-places), places: 0 };
}

export function multiply(a: Decimal, b: Decimal): Decimal {
  return { digits: a.digits * b.digits, places: a.places + b.places };
}

/** Plain digits, no exponent, no trailing zeros: `0.0000015`, `12`, `0`. */
export function formatDecimal({ digits, places }: Decimal): string {
  if (places === 0) return digits.toString();
  const padded = digits.toString().padStart(places + 1, '0');
  const whole = padded.slice(0, -places);
  const fraction = padded.slice(-places).replace(/0+$/, '');
  return fraction === '' ? whole : `${whole}.${fraction}`;
}
