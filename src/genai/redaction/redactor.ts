import { PERSONAL_RULES } from './personal-rules.js';
import type { RedactionRule } from './rule.js';
import { SECRET_RULES } from './secret-rules.js';
import { compileRules, type UserRule } from './user-rules.js';

/** Characters of one text that are looked at; what is beyond is left out. */
export const MOST_CHARACTERS = 262_144;
/** Before a cut something may have begun that can no longer be recognised. */
const LEFT_OUT_BEFORE_CUT = 256;
const MOST_ROUNDS = 8;

const LONGEST_REMEMBERED = 128;
const MOST_REMEMBERED = 4_000;

/**
 * Takes out of texts what may not leave the process: credentials, personal data, and what the
 * application's own rules name. Time grows with the length alone. Doing it twice changes nothing.
 *
 * @example
 * new Redactor().redact('mail ada@example.org'); // 'mail [redacted:email]'
 */
export class Redactor {
  readonly #rules: readonly RedactionRule[];
  /** Short texts in which nothing was found: attribute names, methods, routes come again and again. */
  readonly #clean = new Set<string>();

  /**
   * @param secrets - texts that are secrets as they are, whatever they look like
   * @throws {RedactionRuleError} when a rule cannot be used
   */
  constructor(own: readonly UserRule[] = [], secrets: readonly string[] = []) {
    this.#rules = [
      ...secrets.map(ruleOfSecret),
      ...SECRET_RULES,
      ...compileRules(own),
      ...PERSONAL_RULES,
    ];
  }

  redact(text: string): string {
    if (text.length > LONGEST_REMEMBERED) return this.#redact(text);
    if (this.#clean.has(text)) return text;
    const redacted = this.#redact(text);
    if (redacted === text) this.#remember(text);
    return redacted;
  }

  #remember(text: string): void {
    if (this.#clean.size >= MOST_REMEMBERED) this.#clean.clear();
    this.#clean.add(text);
  }

  #redact(text: string): string {
    let clean = text.length > MOST_CHARACTERS ? cut(text) : text;
    // What one rule takes out can lay bare the edge of something else.
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const before = clean;
      for (const rule of this.#rules) clean = applied(rule, clean);
      if (clean === before) return clean;
    }
    return '[redacted]';
  }
}

function ruleOfSecret(secret: string): RedactionRule {
  const pattern = new RegExp(secret.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`), 'g');
  return { name: 'secret', hint: secret, pattern };
}

function applied({ name, pattern, hint, extent }: RedactionRule, text: string): string {
  if (hint !== undefined && !text.includes(hint)) return text;
  const mark = `[redacted:${name}]`;
  return extent ? replaceExtents(text, pattern, extent, mark) : text.replace(pattern, mark);
}

/** Where a match is none after all, another may begin within it: two numbers side by side. */
function replaceExtents(
  text: string,
  pattern: RegExp,
  extent: (match: string) => number,
  mark: string,
): string {
  let clean = '';
  let kept = 0;
  pattern.lastIndex = 0;
  for (let found = pattern.exec(text); found; found = pattern.exec(text)) {
    const { 0: match, index } = found;
    const length = extent(match);
    if (length <= 0) {
      // Past one whole character: within a pair of surrogates the same match would come again.
      pattern.lastIndex = index + (-length || ((match.codePointAt(0) ?? 0) > 0xff_ff ? 2 : 1));
      continue;
    }
    clean += text.slice(kept, index) + mark;
    kept = index + length;
    pattern.lastIndex = kept;
  }
  return kept === 0 ? text : clean + text.slice(kept);
}

function cut(text: string): string {
  return `${text.slice(0, MOST_CHARACTERS - LEFT_OUT_BEFORE_CUT)}[cut]`;
}
