import { readFileSync } from 'node:fs';
import { Redactor } from '../redaction/index.js';
import { describe, expect, it } from 'vitest';
import { capture } from './capture.js';
import { observe } from './observe.js';
import type { ObserveOptions } from './observe-options.js';
import { collect, exportedSpans } from './testing/spans.js';

const cycle: Record<string, unknown> = { name: 'loop' };
cycle['self'] = cycle;
const { proxy, revoke } = Proxy.revocable({}, {});
revoke();
const deep = Array.from({ length: 10_000 }).reduce<object>((inner) => ({ inner }), {});

describe('capture', () => {
  it.each([
    ['a text as it is', 'hello', 'hello'],
    ['an object as JSON', { a: [1, null, true] }, '{"a":[1,null,true]}'],
    ['a BigInt', { n: 12n }, '{"n":"12"}'],
    ['numbers that JSON has not', [NaN, Infinity], '["NaN","Infinity"]'],
    ['a cycle', cycle, '{"name":"loop","self":"[circular]"}'],
    ['the same object twice', [cycle['name'], cycle['name']], '["loop","loop"]'],
    ['a date', new Date(0), '"1970-01-01T00:00:00.000Z"'],
    ['a date that is none', new Date(NaN), 'null'],
    ['a map', new Map([['a', 1]]), '[["a",1]]'],
    ['a set', new Set([1]), '[1]'],
    ['bytes', Buffer.from('secret'), '"[6 bytes]"'],
    ['an error', { error: new TypeError('no') }, '{"error":"TypeError: no"}'],
    ['a function and a symbol', [() => 1, Symbol('s')], '["[function]","Symbol(s)"]'],
    ['nothing', undefined, 'null'],
    ['a revoked proxy', proxy, '"[unreadable]"'],
    [
      'a getter that throws',
      {
        a: 1,
        get b(): never {
          throw new Error('no');
        },
      },
      '{"a":1,"b":"[unreadable]"}',
    ],
    [
      'a toJSON that throws',
      {
        a: 1,
        toJSON() {
          throw new Error('no');
        },
      },
      '{"a":1,"toJSON":"[function]"}',
    ],
    ['a key that is special', JSON.parse('{"__proto__":{"a":1}}'), '{"__proto__":{"a":1}}'],
  ])('writes %s', (_, value, text) => {
    expect(capture(value)).toBe(text);
  });

  it.each([
    ['a long text in an object', { text: 'x'.repeat(1_000_000) }],
    ['what grows when it is escaped', ['\u0001'.repeat(1_000_000)]],
    ['a long list', Array.from({ length: 1_000_000 }).fill('item')],
    ['many keys', Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`key ${n}`, n]))],
    ['an endless toJSON', endless()],
    ['a deep object', deep],
    ['a tree of lists', tree(6)],
  ])('bounds %s, and it is JSON still', (_, value) => {
    const text = capture(value, 1000);
    expect(text.length).toBeLessThanOrEqual(1000);
    expect(() => JSON.parse(text)).not.toThrow();
  });

  it('cuts a text between characters', () => {
    expect(capture('😀😀', 2)).toBe('�…');
    expect(capture('é😀😀', 4)).toBe('é😀…');
  });

  it.each(['postgres://ada:p4ss,word@db/x', 'https://u:a;b@host', 'amqp://u:"p{w}@h'])(
    'leaves no start of a password in an address at the cut: %s',
    (address) => {
      const password = address.slice(address.indexOf(':', 9) + 1, address.indexOf('@'));
      const from = 'see '.length + address.indexOf(password);
      for (let cutAt = from + 1; cutAt < from + password.length; cutAt += 1) {
        expect(capture(`see ${address} and so on`, cutAt + 1)).toBe('see …');
      }
    },
  );

  it('leaves no broken word at the cut', () => {
    expect(capture('one two three', 10)).toBe('one two …');
    expect(capture('abc', 2)).toBe('…');
  });

  it.each(
    readFileSync('src/genai/redaction/corpus.tsv', 'utf8')
      .split('\n')
      .filter((line) => !/^(#|-|$)/.test(line))
      .map((line) => line.replaceAll('\\n', '\n').split('\t')),
  )('leaves no half of a secret at the cut: %s in %s', (_, text = '', secret = '') => {
    const redactor = new Redactor();
    const start = text.indexOf(secret);
    for (let cutAt = start + 1; cutAt <= start + secret.length; cutAt += 1) {
      const captured = redactor.redact(capture(`${text} and so on`, cutAt + 1));
      const left = longestPrefix(secret, captured.slice(0, -1));
      expect(left.replace(/\W/g, '').length, captured).toBeLessThanOrEqual(MOST_LEFT);
    }
  });
});

/** Such as the "eyJ" that every token begins with. */
const MOST_LEFT = 6;

/** As much of the start of a secret as stands at the end of a text. */
function longestPrefix(secret: string, text: string): string {
  for (let length = secret.length; length > 0; length -= 1) {
    if (text.endsWith(secret.slice(0, length))) return secret.slice(0, length);
  }
  return '';
}

const spans = exportedSpans();

/** Everything that was exported of one call, as text. */
function exported(options: ObserveOptions): string {
  class Client {
    readonly token = 'of-this';
    ask = observe(options, function ask(this: Client, _prompt: string, _key: string) {
      return { answer: 'of-result' };
    });
  }
  new Client().ask('of-prompt', 'of-key');
  const [span] = spans();
  return JSON.stringify([span?.attributes, span?.events, span?.status]);
}

const ON_OFF = [undefined, false, true];
const FLAGS = ON_OFF.flatMap((captureInput) =>
  ON_OFF.flatMap((captureOutput) =>
    ON_OFF.map((captureArgs) => ({ captureInput, captureOutput, captureArgs })),
  ),
);

describe.each(['llm', 'tool', 'chain'] as const)('observe of kind %s', (kind) => {
  it.each(FLAGS)(
    'records with input $captureInput, output $captureOutput, arguments $captureArgs',
    (flags) => {
      const { captureInput, captureOutput, captureArgs } = flags;
      const text = exported({ kind, name: 'ask', ...flags });
      const isTool = kind === 'tool';
      const args = captureArgs === true && captureInput !== false;
      const input = captureInput === true && !(isTool && captureArgs === false);
      expect(text.includes('of-prompt')).toBe(args || input);
      // A second argument is no prompt; of a tool it is input.
      expect(text.includes('of-key')).toBe(args || (input && isTool));
      expect(text.includes('of-result')).toBe(captureOutput === true);
      expect(text).not.toContain('of-this');
    },
  );
});

describe('observe with capture', () => {
  const all = { captureInput: true, captureOutput: true, captureArgs: true };
  const attribute = (key: string): unknown => spans()[0]?.attributes[key];
  const json = (key: string): unknown => JSON.parse(String(attribute(key)));

  it('writes messages in the shape of the conventions', () => {
    const messages = [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }];
    observe({ ...all, kind: 'llm' }, (_ask: object) => 'Hello')({ system: 'Be kind', messages });
    expect(json('gen_ai.input.messages')).toEqual([
      { role: 'system', parts: [{ type: 'text', content: 'Be kind' }] },
      { role: 'user', parts: [{ type: 'text', content: 'Hi' }] },
    ]);
    expect(json('gen_ai.output.messages')).toEqual([
      { role: 'assistant', parts: [{ type: 'text', content: 'Hello' }] },
    ]);
  });

  it('writes arguments by their names, plain ones as they are', () => {
    observe(all, (_count: number, _on: boolean, _options: object, ..._rest: string[]) => 1)(
      0,
      false,
      { a: 1 },
      'x',
    );
    expect([attribute('function.arg._count'), attribute('function.arg._on')]).toEqual([0, false]);
    expect(attribute('function.arg._options')).toBe('{"a":1}');
    expect(attribute('function.arg._rest')).toBe('x');
  });

  it('names arguments by their places where names cannot be told', () => {
    observe(all, ({ a }: { a: number }, b: number) => a + b)({ a: 1 }, 2);
    expect([attribute('function.arg.0'), attribute('function.arg.1')]).toEqual(['{"a":1}', 2]);
  });

  it.each([0, false, '', null])("records a tool's result %j", (result) => {
    observe({ kind: 'tool', captureOutput: true }, () => result)();
    expect(attribute('gen_ai.tool.call.result')).toBe(result === '' ? '' : JSON.stringify(result));
  });

  it('gathers what streams give, texts as one', async () => {
    await collect(
      observe(all, async function* () {
        yield 'Hel';
        yield 'lo';
      })(),
    );
    expect(json('gen_ai.output.messages')).toMatchObject([{ parts: [{ content: 'Hello' }] }]);
  });

  it('keeps no more than a bounded part of an endless stream', async () => {
    const work = observe({ captureOutput: true }, function* () {
      for (let n = 0; n < 100_000; n += 1) yield { n, text: 'x'.repeat(100) };
    });
    expect([...work()]).toHaveLength(100_000);
    expect(String(attribute('gen_ai.output.messages')).length).toBeLessThanOrEqual(10_000);
  });
});

/** Few objects, each in many places: 20^6 leaves to whoever visits them all. */
function tree(levels: number): unknown[] {
  const inner = levels === 0 ? 'leaf' : tree(levels - 1);
  return Array.from({ length: 20 }, () => inner);
}

/** An object that says of itself that it is another one of its kind. */
function endless(): object {
  return { toJSON: endless };
}
