import { isIPv6 } from 'node:net';
import { ibanExtent, passesLuhn } from './checksums.js';
import { when, type RedactionRule } from './rule.js';

/** What tells who somebody is. Forms that cannot be told from ordinary numbers are left alone. */
export const PERSONAL_RULES: readonly RedactionRule[] = [
  {
    name: 'email',
    hint: '@',
    pattern:
      /(?<![\p{L}\p{N}_.%+-])[\p{L}\p{N}_.%+-]{1,64}@(?:[\p{L}\p{N}][\p{L}\p{N}-]{0,62}\.){1,8}\p{L}{2,24}(?![\p{L}\p{N}])/gu,
    // Images for dense screens (`logo@2x.png`) and addresses of repositories.
    extent: when(
      (match) => !/^git@|\.(?:png|jpe?g|gif|webp|svg|avif|js|mjs|ts|css|json)$/i.test(match),
    ),
  },
  {
    name: 'iban',
    pattern: /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}/g,
    extent: ibanExtent,
  },
  {
    name: 'card',
    pattern: /(?<![\w.+-])[2-6]\d{3}(?:[ -]?\d){9,15}(?![\w]|[-.]\d)/g,
    extent: cardExtent,
  },
  {
    name: 'phone',
    hint: '+',
    pattern: /(?<![\w+.])\+[1-9](?:[ ().-]{0,2}\d){7,14}(?!\d)/g,
  },
  {
    name: 'phone',
    pattern: /(?<![\w.+-])(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[-. ])\d{3}[-. ]\d{4}(?![\w]|[-.]\d)/g,
  },
  {
    name: 'ip',
    hint: '.',
    pattern:
      /(?<![\w.-]|version[ :=]{1,2})(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\w-]|\.\d)/gi,
    // Tells nobody's whereabouts.
    extent: when((match) => !/^(?:127\.|0\.0\.0\.0$|255\.255\.)/.test(match)),
  },
  {
    name: 'ip',
    hint: ':',
    pattern: /(?<![\w:.])(?=[0-9a-f]{0,4}:)[0-9a-f:]{4,39}(?:\.\d{1,3}){0,3}(?![\w:])/gi,
    // `Cafe::Bad` is code.
    extent: when((match) => /\d/.test(match) && match.split(':').length > 3 && isIPv6(match)),
  },
];

/** Lengths and beginnings that card networks give out, then the check digit. */
const CARD =
  /^(?:4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|35\d{14}|6(?:011|4[4-9]\d|5\d\d)\d{12}|62\d{14,17})$/;

/** The longest card number that the match begins with, in whole groups: what follows may be digits too. */
function cardExtent(match: string): number {
  for (let end = match.length; end > 0; end--) {
    const whole = end === match.length || /[ -]/.test(match[end] ?? '');
    if (whole && isCard(match.slice(0, end).replaceAll(/\D/g, ''))) return end;
  }
  return 0;
}

function isCard(digits: string): boolean {
  return CARD.test(digits) && passesLuhn(digits);
}
