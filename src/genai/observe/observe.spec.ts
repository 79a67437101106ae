import { setTimeout as sleep } from 'node:timers/promises';
import { SpanKind, trace } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { currentScope, withConversation, withWorkflow } from '../scope/index.js';
import { observe } from './observe.js';
import { collect, endingOf, exportedSpans, mark as child, parentsOf } from './testing/spans.js';

const spans = exportedSpans();
const named = { name: 'work' };
const broken = new TypeError('broken');

describe('observe', () => {
  it('keeps this, name, length, properties and what is returned', async () => {
    class Shop {
      static readonly tax = observe(function tax(this: typeof Shop, net: number) {
        return net * this.rate;
      });
      static readonly rate = 2;
      readonly name = 'corner';
      #greet = observe(function greet(this: Shop, whom: string) {
        return `${whom} at ${this.name}`;
      });
      greet(whom: string) {
        return this.#greet(whom);
      }
    }
    expect(new Shop().greet('Ada')).toBe('Ada at corner');
    expect(Shop.tax(3)).toBe(6);
    const original = Object.assign(function original(_a: number, _b: number) {}, { flag: 'kept' });
    const observed = observe(original);
    expect([observed.name, observed.length, observed.flag]).toEqual(['original', 2, 'kept']);
  });

  it.each([
    ['llm', 'chat work', SpanKind.CLIENT],
    ['tool', 'execute_tool work', SpanKind.INTERNAL],
    ['agent', 'invoke_agent work', SpanKind.INTERNAL],
    ['workflow', 'invoke_workflow work', SpanKind.INTERNAL],
    ['retriever', 'retrieval work', SpanKind.INTERNAL],
    ['chain', 'work', SpanKind.INTERNAL],
    ['prompt', 'work', SpanKind.INTERNAL],
  ] as const)('names a span of kind %s "%s"', (kind, name, spanKind) => {
    observe({ kind, name: 'work' }, () => 1)();
    const [span] = spans();
    expect(span).toMatchObject({ name, kind: spanKind });
    expect(span?.attributes['gen_ai.l9.span.kind']).toBe(kind);
  });

  it('works as a static and as a private-named member, with its own private fields', async () => {
    class Counter {
      static readonly #step = 2;
      #count = 0;
      static readonly next = observe({ name: 'next' }, function (this: typeof Counter, of: number) {
        return of + this.#step;
      });
      readonly #add = observe({ name: 'add' }, async (by: number) => (this.#count += by));
      add(by: number): Promise<number> {
        return this.#add(by);
      }
    }
    const counter = new Counter();
    await counter.add(1);
    expect([Counter.next(3), await counter.add(2)]).toEqual([5, 3]);
    expect(spans().map(({ name }) => name)).toEqual(['add', 'next', 'add']);
  });

  it('takes options of the arguments, and survives options that throw', () => {
    const work = observe(
      (n: number) => ({ name: `n ${n}`, tags: ['a'], metadata: { category: 'billing', n } }),
      (n: number) => n,
    );
    expect(work(7)).toBe(7);
    expect(spans()[0]).toMatchObject({
      name: 'n 7',
      attributes: {
        tags: ['a'],
        'metadata.category': 'billing',
        'user.category': 'billing',
        'metadata.n': '7',
      },
    });
    const bad = observe(
      () => {
        throw new Error('options');
      },
      () => 'fine',
    );
    expect(bad()).toBe('fine');
  });

  it('tells of nothing when a generator is never started', () => {
    observe(named, function* () {
      yield 1;
    })().return();
    expect(spans()).toEqual([]);
  });

  it('keeps concurrent calls apart', async () => {
    const work = observe(
      (n: number) => ({ name: `work ${n}` }),
      async (n: number) => {
        await sleep(5 - n);
        child(`inside ${n}`);
      },
    );
    await Promise.all([1, 2, 3].map((n) => work(n)));
    for (const n of [1, 2, 3]) expect(parentsOf(spans(), `inside ${n}`)).toEqual([`work ${n}`]);
  });

  it('leaves a rejection unhandled that nobody handles', async () => {
    const seen: unknown[] = [];
    const listeners = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection');
    process.once('unhandledRejection', (error) => seen.push(error));
    void observe(named, async () => {
      throw broken;
    })();
    await sleep(5);
    for (const listener of listeners) process.on('unhandledRejection', listener);
    expect(seen).toEqual([broken]);
  });

  it('does not run a lazy thenable by itself', async () => {
    let runs = 0;
    const query = observe(named, () => ({
      then(done: (value: number) => void) {
        runs += 1;
        done(1);
      },
    }))();
    await sleep(2);
    expect(runs).toBe(0);
    expect(await (query as unknown as Promise<number>)).toBe(1);
    expect(runs).toBe(1);
  });

  it('carries the scope that it was called in, into generators that run later as well', async () => {
    const numbers = observe(named, async function* (last: number) {
      for (let n = 1; n <= last; n += 1) {
        child('inside');
        yield n;
      }
    });
    const one = withConversation({ id: 'one' }, () => numbers(1));
    const two = withConversation({ id: 'two' }, () => numbers(2));
    await withWorkflow({ id: 'other' }, () => Promise.all([collect(one), collect(two)]));
    const works = spans().filter(({ name }) => name === 'work');
    expect(works.map(({ attributes }) => attributes['gen_ai.conversation.id'])).toEqual([
      'one',
      'two',
    ]);
    expect(works.map(({ attributes }) => attributes['workflow.id'])).toEqual([
      undefined,
      undefined,
    ]);
    expect(parentsOf(spans(), 'inside')).toEqual(['work', 'work', 'work']);
  });

  it('leaks nothing of a generator to whoever consumes it', async () => {
    const scoped = observe(
      { ...named, scope: { conversation: { id: 'inner' } } },
      async function* () {
        yield currentScope().conversation?.id;
        yield currentScope().conversation?.id;
      },
    );
    for await (const inside of scoped()) {
      expect(inside).toBe('inner');
      expect(currentScope()).toEqual({});
      expect(trace.getActiveSpan()).toBeUndefined();
    }
    expect(currentScope()).toEqual({});
  });

  it('starts with the first value of a generator, observed twice or not', () => {
    const twice = observe(
      { name: 'outer' },
      observe(named, function* () {
        yield 1;
      }),
    );
    const closed = twice();
    closed.return();
    expect(closed.next()).toEqual({ done: true, value: undefined });
    expect(spans()).toEqual([]);
    expect([...twice()]).toEqual([1]);
    expect(parentsOf(spans(), 'work')).toEqual(['outer']);
  });

  it('lets a generator go on after return() and throw() that it does not follow', () => {
    const stubborn = observe(named, function* (): Generator<number, void, void> {
      try {
        yield 1;
      } catch {
        yield 2;
      } finally {
        yield 3;
      }
    });
    const generator = stubborn();
    generator.next();
    expect(generator.throw(broken)).toEqual({ done: false, value: 2 });
    expect(generator.return()).toEqual({ done: false, value: 3 });
    expect(endingOf(spans())).toBe('open');
    expect(generator.next().done).toBe(true);
    expect(endingOf(spans())).toBe('ended');
  });

  it.each([
    ['a text', 'broken', 'string'],
    ['nothing', undefined, 'undefined'],
    ['an object that cannot be read', unreadable(), 'object'],
    ['an error of a class of its own', new (class QuotaError extends Error {})(), 'QuotaError'],
    ['a deadline that passed', new DOMException('late', 'TimeoutError'), 'TimeoutError'],
  ])('tells of %s that is thrown', (_, thrown, type) => {
    const work = observe(named, () => {
      throw thrown;
    });
    const seen: unknown[] = [];
    try {
      work();
    } catch (error) {
      seen.push(error);
    }
    expect(seen[0]).toBe(thrown);
    expect(endingOf(spans())).toBe(`failed: ${type}`);
  });

  it('cuts what an error says', () => {
    const work = observe(named, () => {
      throw new Error('many words '.repeat(100_000));
    });
    expect(work).toThrow('many');
    expect(JSON.stringify(spans()[0]?.events).length).toBeLessThan(20_000);
    expect(spans()[0]?.status.message).toMatch(/^(many words ){90}many …$/);
  });

  it('follows what a promise, or a promise of a thenable, gives in the end', async () => {
    const later = observe(named, async () =>
      (function* () {
        yield 1;
      })(),
    );
    const generator = await later();
    expect(endingOf(spans())).toBe('open');
    expect([...generator]).toEqual([1]);
    expect(endingOf(spans())).toBe('ended');
  });

  it('gives on results that cannot be followed, as they are', () => {
    const frozen = Object.freeze({
      then: (done: (value: number) => void) => done(1),
      extra: () => 'kept',
    });
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    expect(observe(named, () => revoked.proxy)()).toBe(revoked.proxy);
    expect(observe(named, () => frozen)().extra()).toBe('kept');
    expect(observe(named, () => frozen)().then((n) => n)).toBe(1);
    expect(spans()).toHaveLength(2);
  });
});

function unreadable(): object {
  return new Proxy(
    {},
    {
      get() {
        throw new Error('no');
      },
    },
  );
}
