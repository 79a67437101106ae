import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MOST_CHARACTERS, Redactor } from './redactor.js';
import { RedactionRuleError, type UserRule } from './user-rules.js';

const redactor = new Redactor();
const cases = readFileSync(new URL('corpus.tsv', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => line.split('\t').map((field) => field.replaceAll('\\n', '\n')))
  .map(([rule = '', text = '', secret = '']) => ({ rule, text, secret }));
const found = cases.filter(({ rule }) => rule !== '-');
const traps = cases.filter(({ rule }) => rule === '-');

describe('the corpus', () => {
  it.each(found)('$rule is found in: $text', ({ rule, text, secret }) => {
    const clean = redactor.redact(text);
    expect(clean).not.toContain(secret);
    expect(clean).toMatch(new RegExp(`\\[redacted:(${rule}|secret)\\]`));
  });

  it.each(traps)('stands: $text', ({ text }) => {
    expect(redactor.redact(text)).toBe(text);
  });
});

describe('Redactor', () => {
  it('takes its time from the length alone, also where the same beginning comes again and again', () => {
    // Each of them begins anew within the last: looked at each by itself this takes half a minute.
    const text = 'sk-'.repeat(MOST_CHARACTERS / 3);
    expect(redactor.redact(text)).toBe(text);
  });

  it('knows the keys of this service by their form, and others where they are told', () => {
    const key = `sl_d5ea1df4cfa3_${'Ab-_0'.repeat(9).slice(0, 43)}`;
    expect(redactor.redact(`/conversation/${key}?x`)).toBe(
      '/conversation/[redacted:spanledger_key]?x',
    );
    const told = new Redactor([], ['a(b)*key+0123456789']);
    expect(told.redact('x a(b)*key+0123456789 y')).toBe('x [redacted:secret] y');
  });

  const pieces = fc.array(
    fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 30 }),
      fc.constantFrom(...found.map(({ text }) => text)),
      fc.stringMatching(/^[-0-9a-fA-F:.@+ ()=[\]]{0,40}$/),
    ),
    { maxLength: 8 },
  );

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(pieces, (parts) => {
        const once = redactor.redact(parts.join(''));
        expect(redactor.redact(once)).toBe(once);
      }),
      { numRuns: 500 },
    );
  });

  it('makes no text longer than four times and a mark', () => {
    fc.assert(
      fc.property(pieces, (parts) => {
        const text = parts.join('');
        expect(redactor.redact(text).length).toBeLessThanOrEqual(4 * text.length + 32);
      }),
    );
  });

  it('finds a secret wherever it stands, at both ends of a text included', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...found),
        fc.string({ maxLength: 200 }),
        fc.string({ maxLength: 200 }),
        fc.constantFrom(' ', '\n', '"', ', '),
        ({ text, secret }, before, after, edge) => {
          for (const whole of [
            `${text}${edge}${after}`,
            `${before}${edge}${text}`,
            `${before}${edge}${text}${edge}${after}`,
          ])
            expect(redactor.redact(whole)).not.toContain(secret);
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each([0, 1, 10, 40, 41, 100])(
    'keeps nothing of a key that %s characters past the limit cut off',
    (kept) => {
      const key = `sk-ant-api03-${'aB3'.repeat(30)}`;
      const clean = redactor.redact('. '.repeat(MOST_CHARACTERS / 2 - kept) + key);
      expect(clean).not.toContain('aB3');
    },
  );

  it.each([
    'a',
    '1',
    '1.',
    ':',
    'a:',
    '@',
    'a@',
    '+1 ',
    'eyJa.',
    '://a:',
    '-----BEGIN PRIVATE KEY-----',
  ])('is done with 250,000 characters of %j', (unit) => {
    const text = unit.repeat(Math.floor(250_000 / unit.length));
    expect(redactor.redact(text).length).toBeGreaterThan(0);
  });
});

describe('rules of the application', () => {
  it('are applied by name', () => {
    const own = new Redactor([
      { name: 'order', pattern: 'ORD-\\d{6,10}' },
      { name: 'project', pattern: 'operation (?:x|y)', ignoreCase: true },
    ]);
    expect(own.redact('ORD-1234567 of Operation X')).toBe('[redacted:order] of [redacted:project]');
  });

  it.each([
    ['(a+)+$', 'repetition without end'],
    ['a*b', 'repetition without end'],
    ['a{2,}', 'repetition without end'],
    ['(ab){1,5}', 'a group cannot be repeated'],
    ['(?=a)b', 'look-around'],
    ['(a)\\1', 'back-references'],
    ['\\d{1,100}\\d{1,100}x', 'too many ways'],
    ['a{1,300}', 'more than 200'],
    ['a{0,3}', 'matches the empty text'],
    ['[a', 'not a regular expression'],
    ['a'.repeat(501), 'longer than 500'],
  ])('are refused at start: %s', (pattern, why) => {
    expect(() => new Redactor([{ name: 'bad', pattern }])).toThrow(why);
  });

  it('are refused by name', () => {
    const rules: UserRule[] = [{ name: 'a b', pattern: 'x' }];
    expect(() => new Redactor(rules)).toThrow(RedactionRuleError);
  });
});
