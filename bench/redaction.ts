import { readFileSync } from 'node:fs';
import { OpenRedaction } from '@openredaction/openredaction';
import { Redactor as RedactPii } from '@redactpii/node';
import { spread } from './statistics.ts';

/* Redaction of 10 kB of text, and what is found of the corpus, beside two other libraries. */

// As it is shipped; the path is no literal, so that types are checked without a build.
const built = new URL('../dist/genai/redaction/redactor.js', import.meta.url).href;
const { Redactor } = (await import(built)) as typeof import('../src/genai/redaction/redactor.ts');

const ROUNDS = 7;

const corpus = readFileSync(new URL('../src/genai/redaction/corpus.tsv', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => line.split('\t').map((field) => field.replaceAll('\\n', '\n')));

const ours = new Redactor();
const redactPii = new RedactPii();
const openRedaction = new OpenRedaction();

interface Contestant {
  readonly name: string;
  readonly redact: (text: string) => string | Promise<string>;
  /** Calls of one round, for about the same time each. */
  readonly calls: number;
}

const contestants: readonly Contestant[] = [
  { name: 'spanledger', redact: (text) => ours.redact(text), calls: 300 },
  { name: '@redactpii/node', redact: (text) => redactPii.redact(text), calls: 300 },
  {
    name: '@openredaction/openredaction',
    redact: (text) => openRedaction.detect(text).redacted,
    calls: 3,
  },
];

const WORDS = 'The order was sent on Tuesday, and nobody at the office could say where it is now. ';
const prose = WORDS.repeat(200).slice(0, 10_000);
const secrets = [
  'ada@example.org',
  '203.0.113.7',
  '4111 1111 1111 1111',
  'sk-ant-api03-aB3dE5fG7hJ9',
];
/** A secret every kilobyte. */
const mixed = Array.from(
  { length: 10 },
  (_, index) => `${prose.slice(0, 970)} ${secrets[index % secrets.length]} `,
).join('');
const texts = { prose, 'with 10 secrets': mixed };

for (const [label, text] of Object.entries(texts)) {
  const microseconds = new Map(contestants.map(({ name }) => [name, [] as number[]]));
  for (let round = -1; round < ROUNDS; round++) {
    for (const { name, redact, calls } of contestants) {
      const begun = performance.now();
      for (let call = 0; call < calls; call++) await redact(text);
      // The first round warms up.
      if (round >= 0) microseconds.get(name)?.push(((performance.now() - begun) / calls) * 1000);
    }
  }
  for (const [name, values] of microseconds)
    process.stdout.write(`${label}, ${text.length} characters: ${name} ${spread(values)} us\n`);
}

for (const { name, redact } of contestants) {
  let found = 0;
  let secretsInAll = 0;
  let changed = 0;
  let traps = 0;
  for (const [rule, text = '', secret = ''] of corpus) {
    const clean = await redact(text);
    if (rule === '-') {
      traps += 1;
      if (clean !== text) changed += 1;
    } else {
      secretsInAll += 1;
      if (!clean.includes(secret)) found += 1;
    }
  }
  process.stdout.write(
    `corpus: ${name} finds ${found} of ${secretsInAll}, changes ${changed} of ${traps} that must stand\n`,
  );
}
