import { describe, expect, it } from 'vitest';
import { ConfigError } from './config/index.js';
import { openRedactor } from './redaction.js';

describe('openRedactor', () => {
  it.each([undefined, '', ' '])('has the built-in rules with %j', (rules) => {
    expect(openRedactor(rules).redact('ada@example.org')).toBe('[redacted:email]');
  });

  it('adds the rules of the application', () => {
    const rules = '[{"name":"order","pattern":"ORD-[0-9]{6,10}"}]';
    expect(openRedactor(rules).redact('ORD-1234567')).toBe('[redacted:order]');
  });

  it.each([
    'order',
    '{}',
    '[1]',
    '[null]',
    '[{"name":"a"}]',
    '[{"name":"a","pattern":"(x+)+"}]',
    '[{"name":"a","pattern":"x","ignoreCase":"yes"}]',
  ])('refuses %s, naming the variable', (rules) => {
    expect(() => openRedactor(rules)).toThrow(ConfigError);
    expect(() => openRedactor(rules)).toThrow('SPANLEDGER_REDACTION');
  });
});
