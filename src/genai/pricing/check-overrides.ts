import { decimalOfNumber, parseDecimal } from './decimal.js';
import { OVERRIDE_RATES, type PriceOverride } from './price-override.js';
import { canonicalProvider } from './provider-names.js';
import {
  isPlainObject,
  listOf,
  objectOf,
  recordOf,
  value,
  type Check,
  type Fault,
} from './shape.js';

/** More per million tokens is a mistake of unit; the dearest models are far below a thousand. */
const MAX_PRICE = 100_000;

// Without control characters and halves of pairs: neither a log nor a database can hold them.
const text = value(
  (it) => typeof it === 'string' && it.trim() !== '' && !/\p{C}/u.test(it),
  'a text',
);
const pattern = value(
  (it) => typeof it === 'string' && /^[^*\s\p{C}]*\*?$/u.test(it) && it !== '',
  'a model id without spaces, with "*" at most at its end',
);
const date = value(
  (it) => typeof it === 'string' && isDate(it),
  'a date such as "2026-03-13", or a time such as "2026-03-13T10:00:00Z"',
);
const decimal = value(
  (it) => isDecimal(it) && Number(it) <= MAX_PRICE,
  `a decimal such as "0.075", not negative, at most ${MAX_PRICE}`,
);
const tokens = value((it) => Number.isSafeInteger(it) && Number(it) > 0, 'a number of tokens');

const rates = Object.fromEntries(OVERRIDE_RATES.map((name) => [name, decimal]));

const override = objectOf(
  {
    provider: text,
    model: pattern,
    effective_from: date,
    effective_to: date,
    ...rates,
    web_search: decimal,
    tiers: listOf(objectOf({ above: tokens, ...rates }, ['above'])),
    service_tiers: recordOf(objectOf({ multiplier: decimal }, ['multiplier'])),
  },
  ['model'],
);

/** A list of overrides: the shape of each, its fields together, and no two for the same time. */
export const overrides: Check = (candidate, path, faults) => {
  listOf(override)(candidate, path, faults);
  if (!Array.isArray(candidate)) return;
  const seen = new Map<string, number>();
  candidate.forEach((entry: unknown, index) => {
    if (!isPlainObject(entry)) return;
    const at = [...path, index];
    faults.push(
      ...faultsTogether(entry as Partial<PriceOverride>).map((it) => ({ ...it, path: at })),
    );
    const key = JSON.stringify(identity(entry));
    const earlier = seen.get(key);
    if (earlier === undefined) seen.set(key, index);
    else faults.push({ path: at, message: `is for the same as entry ${earlier + 1} of the list` });
  });
};

/**
 * One's own prices from two places: where both have one for the same, that of `higher` holds.
 */
export function overridesOver(
  higher: readonly PriceOverride[],
  lower: readonly PriceOverride[],
): PriceOverride[] {
  const taken = new Set(higher.map(overrideKey));
  return [...higher, ...lower.filter((one) => !taken.has(overrideKey(one)))];
}

/** What an override is for: no two of a list may be for the same. */
export function overrideKey(price: PriceOverride): string {
  return JSON.stringify(identity({ ...price }));
}

/** What is wrong with one override that somebody wrote. */
export function overrideFaults(candidate: unknown): Fault[] {
  const faults: Fault[] = [];
  overrides([candidate], [], faults);
  return faults.map(({ path, message }) => ({ path: path.slice(1), message }));
}

/** What no two overrides may share: then neither would be the more specific or the later. */
function identity({ provider, model, effective_from: from }: Record<string, unknown>): unknown[] {
  return [
    typeof provider === 'string' ? canonicalProvider(provider) : provider,
    typeof model === 'string' ? model.toLowerCase() : model,
    typeof from === 'string' ? Date.parse(from) : from,
  ];
}

function faultsTogether(entry: Partial<PriceOverride>): Pick<Fault, 'message'>[] {
  const { input, output, effective_from: from, effective_to: to } = entry;
  const messages = [];
  const hasPrice = input !== undefined && output !== undefined;
  if (!hasPrice && (input !== undefined || output !== undefined)) {
    messages.push('must have both "input" and "output", or neither');
  } else if (!hasPrice) {
    const parts = ['cache_read', 'cache_write_5m', 'cache_write_1h', 'reasoning', 'web_search'];
    const stray = [...parts, 'tiers'].filter((key) => Object.hasOwn(entry, key));
    if (stray.length > 0) messages.push(`must have "input" and "output" with "${stray[0]}"`);
    else if (!entry.service_tiers) messages.push('must have prices or "service_tiers"');
  }
  const thresholds = Array.isArray(entry.tiers) ? entry.tiers.map((tier) => tier?.above) : [];
  if (new Set(thresholds).size < thresholds.length) {
    messages.push('must not have two tiers above the same number of tokens');
  }
  // Each is told of by itself when it is no text.
  const areTexts = typeof from === 'string' && typeof to === 'string';
  if (areTexts && Date.parse(to) <= Date.parse(from)) {
    messages.push('must have an "effective_to" after its "effective_from"');
  }
  return messages.map((message) => ({ message }));
}

function isDecimal(candidate: unknown): boolean {
  if (typeof candidate === 'string') return parseDecimal(candidate) !== undefined;
  if (typeof candidate !== 'number' || !(candidate >= 0)) return false;
  // With more digits the number may not be what was written: 0.1 + 0.2 has 17.
  return (
    Number(candidate.toPrecision(15)) === candidate && decimalOfNumber(candidate) !== undefined
  );
}

function isDate(candidate: string): boolean {
  if (
    !/^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/.test(candidate)
  ) {
    return false;
  }
  // Dates that there are not, such as 30 February, would roll over into the next month.
  const day = candidate.slice(0, 10);
  const parsed = new Date(`${day}T00:00:00Z`);
  return (
    !Number.isNaN(Date.parse(candidate)) &&
    !Number.isNaN(parsed.getTime()) &&
    parsed.toISOString().startsWith(day)
  );
}
