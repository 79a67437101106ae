import type { RedactionRule } from './rule.js';

/** A rule of the application's own. */
export interface UserRule {
  /** Letters, digits and underscores: stands in the text's place, as `[redacted:<name>]`. */
  readonly name: string;
  /** A regular expression without `*`, `+`, `{n,}`, look-around and back-references. */
  readonly pattern: string;
  readonly ignoreCase?: boolean;
}

/** Thrown where a rule could not be used, or could take too long. */
export class RedactionRuleError extends Error {
  override readonly name = 'RedactionRuleError';
}

/**
 * The rules that `SPANLEDGER_REDACTION` holds: a JSON list, e.g. `[{"name":"order","pattern":"ORD-[0-9]{6,10}"}]`.
 *
 * @throws {RedactionRuleError} when it is anything else
 */
export function parseRules(json: string | undefined): UserRule[] {
  if (!json?.trim()) return [];
  const wrong = 'must be a JSON list of {"name", "pattern", "ignoreCase"}';
  try {
    const parsed: unknown = JSON.parse(json);
    if (Array.isArray(parsed) && parsed.every(isRule)) return parsed;
  } catch {
    // The same message: the text itself may be private.
  }
  throw new RedactionRuleError(wrong);
}

function isRule(value: unknown): value is UserRule {
  const { name, pattern, ignoreCase } = (value ?? {}) as Record<string, unknown>;
  return (
    typeof name === 'string' &&
    typeof pattern === 'string' &&
    (ignoreCase === undefined || typeof ignoreCase === 'boolean')
  );
}

const MOST_RULES = 50;
const MOST_CHARACTERS = 500;
const MOST_REPETITIONS = 200;
/** Ways in which a pattern can be tried at one place of a text. */
const MOST_WAYS = 1000;

/**
 * Checks and compiles rules of the application. A rule's time is bounded by its form: repetitions
 * have an end and are not nested, and the ways to try it at one place are counted.
 *
 * @throws {RedactionRuleError} that names the rule and what is wrong with it
 * @example
 * compileRules([{ name: 'order', pattern: 'ORD-\\d{6,10}' }]);
 */
export function compileRules(rules: readonly UserRule[]): RedactionRule[] {
  if (rules.length > MOST_RULES) throw new RedactionRuleError(`at most ${MOST_RULES} rules`);
  return rules.map(compile);
}

function compile({ name, pattern, ignoreCase = false }: UserRule): RedactionRule {
  const refuse = (why: string): never => {
    throw new RedactionRuleError(`redaction rule ${JSON.stringify(name)}: ${why}`);
  };
  if (!/^\w{1,40}$/.test(name)) refuse('the name must be of letters, digits and underscores');
  if (pattern.length > MOST_CHARACTERS) refuse(`longer than ${MOST_CHARACTERS} characters`);
  const bare = withoutEscapesAndClasses(pattern);
  if (/[*+]|\{\d*,\}/.test(bare)) refuse('repetition without end; say e.g. {1,64}');
  if (bare.includes('(?') || backReferences(pattern) !== '') {
    refuse('look-around, named groups and back-references are not allowed');
  }
  if (/\)\{/.test(bare)) refuse('a group cannot be repeated');
  if (waysOf(bare, refuse) > MOST_WAYS) refuse('too many ways to match; be more exact');
  return { name, pattern: compiled(pattern, ignoreCase ? 'giu' : 'gu', refuse) };
}

/** Every escape and class as one letter, so that what is left is structure. */
function withoutEscapesAndClasses(pattern: string): string {
  return pattern
    .replaceAll(/\\[^]/g, 'x')
    .replaceAll(/\[[^\]]*\]/g, 'x')
    .replaceAll('(?:', '(');
}

function backReferences(pattern: string): string {
  return (pattern.replaceAll('\\\\', '').match(/\\[1-9k]/g) ?? []).join('');
}

function waysOf(bare: string, refuse: (why: string) => never): number {
  let ways = 1 + (bare.match(/\|/g)?.length ?? 0);
  for (const [, from = '', to = from] of bare.matchAll(/\{(\d+)(?:,(\d+))?\}/g)) {
    if (Number(to) > MOST_REPETITIONS) refuse(`more than ${MOST_REPETITIONS} repetitions`);
    ways *= Number(to) - Number(from) + 1;
  }
  return ways * 2 ** Math.min(30, bare.match(/\?/g)?.length ?? 0);
}

function compiled(pattern: string, flags: string, refuse: (why: string) => never): RegExp {
  try {
    const compiledPattern = new RegExp(pattern, flags);
    compiledPattern.lastIndex = 0;
    return compiledPattern.test('') ? refuse('matches the empty text') : compiledPattern;
  } catch (error) {
    if (error instanceof RedactionRuleError) throw error;
    return refuse('not a regular expression');
  }
}
