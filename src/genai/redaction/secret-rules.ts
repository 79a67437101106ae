import { when, type RedactionRule } from './rule.js';

/** Credentials. What shows them is their issuer's own prefix, or the name they stand behind. */
export const SECRET_RULES: readonly RedactionRule[] = [
  {
    name: 'private_key',
    hint: '-----BEGIN',
    // One that is cut off goes to the end of the text.
    pattern:
      /-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----[^]*?(?:-----END [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----|$)/g,
  },
  {
    name: 'jwt',
    hint: 'eyJ',
    pattern: /(?<![\w-])eyJ[\w-]{6,}\.[\w-]{4,}(?:\.[\w-]*)?/g,
  },
  { name: 'anthropic_key', hint: 'sk-ant-', pattern: /(?<![A-Za-z0-9])sk-ant-[\w-]{6,}/g },
  {
    name: 'openai_key',
    hint: 'sk-',
    pattern: /(?<![A-Za-z0-9])sk-[\w-]{16,}/g,
    // CSS classes begin with sk- too, and are words in lower case: no part of one is a key then either.
    extent: (match) =>
      /\d/.test(match) && /[A-Za-z]/.test(match.slice(3)) ? match.length : -match.length,
  },
  { name: 'spanledger_key', hint: 'sl_', pattern: /(?<![A-Za-z0-9])sl_[a-z0-9]{12}_[\w-]{43}/g },
  {
    name: 'aws_key',
    pattern: /(?<![A-Za-z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])/g,
  },
  {
    name: 'aws_secret',
    pattern: /(?<=secret_?access_?key["']?\s{0,3}[:=]\s{0,3}["']?)[A-Za-z0-9/+]{40}/gi,
  },
  { name: 'github_token', hint: 'gh', pattern: /(?<![A-Za-z0-9])gh[pousr]_[A-Za-z0-9]{16,}/g },
  { name: 'github_token', hint: 'github_pat_', pattern: /github_pat_\w{16,}/g },
  { name: 'slack_token', hint: 'x', pattern: /(?<![A-Za-z0-9])(?:xox[abeoprs]|xapp)-[\w-]{10,}/g },
  {
    name: 'slack_webhook',
    hint: 'hooks.slack.com',
    pattern: /hooks\.slack\.com\/(?:services|workflows|triggers)\/[\w/-]{8,}/g,
  },
  { name: 'google_key', hint: 'AIza', pattern: /(?<![A-Za-z0-9])AIza[\w-]{30,}/g },
  { name: 'google_token', hint: 'ya29.', pattern: /ya29\.[\w-]{16,}/g },
  { name: 'google_secret', hint: 'GOCSPX-', pattern: /GOCSPX-[\w-]{16,}/g },
  {
    name: 'bearer',
    pattern: /(?<=\bbearer\s{1,4})[\w.~+/-]{8,}={0,2}/gi,
    // "Bearer authentication" is prose.
    extent: when((match) => /\d/.test(match) || match.length >= 24),
  },
  {
    name: 'basic',
    pattern: /(?<=\bbasic\s{1,4})[A-Za-z0-9+/]{6,}={0,2}/gi,
    extent: when((match) => /^[\x20-\x7e]{0,200}:[\x20-\x7e]{0,200}$/.test(decoded(match))),
  },
  {
    name: 'password',
    hint: '://',
    pattern: /(?<=:\/\/[^\s:/@]{0,64}:)[^\s/@"'<>[\]]{1,128}(?=@)/g,
  },
  {
    name: 'secret',
    pattern:
      /(?<=(?:api[_-]?key|access[_-]?token|refresh[_-]?token|auth[_-]?token|id[_-]?token|client[_-]?secret|secret[_-]?key|password|passwd|passphrase|[?&]token|[?&]key|[?&]sig|[?&]signature)\\?["']?\s{0,3}[:=]\s{0,3}\\?["']?)[^\s"'`\\&,;(){}[\]<>]{8,512}(?![\w(])/gi,
    // In code a name or a call stands there: `apiKey = config.key`.
    extent: when((match) => /\d/.test(match) && !/^(?:process\.|os\.|\$|%)/.test(match)),
  },
];

function decoded(base64: string): string {
  return Buffer.from(base64, 'base64').toString('latin1');
}
