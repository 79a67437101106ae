import type { Attributes } from '@opentelemetry/api';

/*
 * Attributes are whatever an instrumentation wrote. These readers take the first usable value of
 * several spellings and pass over anything of another type.
 */

/** The first of `keys` that holds a string with something in it. */
export function textOf(attributes: Attributes, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const value = attributes[key];
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
}

/** The first of `keys` that holds a count: a whole number, 0 included. */
export function countOf(attributes: Attributes, keys: readonly string[]): number | undefined {
  for (const key of keys) {
    const value = attributes[key];
    if (isCount(value)) return value;
  }
  return undefined;
}

/** The first of `keys` that holds a number that is not negative. */
export function numberOf(attributes: Attributes, keys: readonly string[]): number | undefined {
  for (const key of keys) {
    const value = attributes[key];
    if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  }
  return undefined;
}

/** An attribute that holds a JSON object, as an object; nothing for any other text. */
export function jsonObjectOf(
  attributes: Attributes,
  key: string,
): Record<string, unknown> | undefined {
  const value = attributes[key];
  if (typeof value !== 'string' || value.length > MAX_JSON_LENGTH || value[0] !== '{')
    return undefined;
  try {
    return JSON.parse(value) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Usage and cost details are a few hundred characters; anything far longer is not one of them. */
const MAX_JSON_LENGTH = 10_000;
