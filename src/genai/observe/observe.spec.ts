import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { SpanKind, SpanStatusCode, context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { Observable } from 'rxjs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { observe } from './observe.js';

const exporter = new InMemorySpanExporter();
const tracer = () => trace.getTracer('test');

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager());
  trace.setGlobalTracerProvider(
    new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }),
  );
});
afterAll(() => {
  trace.disable();
  context.disable();
});
beforeEach(() => exporter.reset());

/** What became of the one span: still open, or how it ended. */
function ending(): string {
  const spans = exporter.getFinishedSpans().filter(({ name }) => name === 'work');
  if (spans.length === 0) return 'open';
  expect(spans).toHaveLength(1);
  const [span] = spans;
  if (span?.status.code === SpanStatusCode.ERROR) {
    expect(span.events.filter(({ name }) => name === 'exception')).toHaveLength(1);
    return `failed: ${String(span.attributes['error.type'])}`;
  }
  return span?.attributes['spanledger.cancelled'] ? 'cancelled' : 'ended';
}

/** A child made by the body must be under the observed span; one made by the consumer must not. */
function child(name: string): void {
  tracer().startSpan(name).end();
}

function parentOf(name: string): string | undefined {
  const spans = exporter.getFinishedSpans();
  const found = spans.find((span) => span.name === name);
  const parent = spans.find(
    (span) => span.spanContext().spanId === found?.parentSpanContext?.spanId,
  );
  return parent?.name;
}

const broken = new TypeError('broken');
const aborted = new DOMException('aborted', 'AbortError');

const named = { name: 'work' };

/** How each kind of function is made to give two values, or to throw in between. */
type Consume = (leaveEarly: boolean) => Promise<unknown[]>;
const KINDS: Record<string, (error?: Error) => Consume> = {
  'sync function': (error) => async () => {
    const work = observe(named, () => {
      child('inside');
      if (error) throw error;
      return [1, 2];
    });
    return work();
  },
  promise: (error) => async () => {
    const work = observe(named, async () => {
      await sleep(1);
      child('inside');
      if (error) throw error;
      return [1, 2];
    });
    return work();
  },
  thenable: (error) => async () => {
    const work = observe(named, () => ({
      extra: () => 'kept',
      then(done: (value: number[]) => void, failed: (error: unknown) => void) {
        child('inside');
        setTimeout(() => (error ? failed(error) : done([1, 2])), 1);
      },
    }));
    const result = work();
    expect(result.extra()).toBe('kept');
    return result as unknown as Promise<unknown[]>;
  },
  generator: (error) => async (leaveEarly) => {
    const work = observe(named, function* () {
      child('inside');
      yield 1;
      if (error) throw error;
      yield 2;
    });
    const values: unknown[] = [];
    for (const value of work()) {
      values.push(value);
      if (leaveEarly) break;
    }
    return values;
  },
  'async generator': (error) => async (leaveEarly) => {
    const work = observe(named, async function* () {
      await sleep(1);
      child('inside');
      yield 1;
      if (error) throw error;
      yield 2;
    });
    const values: unknown[] = [];
    for await (const value of work()) {
      child('consumer');
      values.push(value);
      if (leaveEarly) break;
    }
    return values;
  },
  Observable: (error) => (leaveEarly) =>
    new Promise((resolve, reject) => {
      const work = observe(
        named,
        () =>
          new Observable<number>((subscriber) => {
            child('inside');
            subscriber.next(1);
            const timer = setTimeout(() => {
              if (error) return subscriber.error(error);
              subscriber.next(2);
              subscriber.complete();
            }, 1);
            return () => clearTimeout(timer);
          }),
      );
      const values: unknown[] = [];
      const subscription = work().subscribe({
        next: (value) => {
          child('consumer');
          values.push(value);
        },
        error: reject,
        complete: () => resolve(values),
      });
      if (leaveEarly) {
        subscription.unsubscribe();
        resolve(values);
      }
    }),
  'web stream': (error) => async (leaveEarly) => {
    const work = observe(named, () => {
      child('inside');
      return new ReadableStream<number>(
        {
          start(controller) {
            controller.enqueue(1);
          },
          pull(controller) {
            if (error) throw error;
            controller.enqueue(2);
            controller.close();
          },
        },
        { highWaterMark: 0 },
      );
    });
    const values: unknown[] = [];
    for await (const value of work()) {
      values.push(value);
      if (leaveEarly) break;
    }
    return values;
  },
  'Node stream': (error) => async (leaveEarly) => {
    const work = observe(named, () => {
      child('inside');
      return Readable.from(
        (async function* () {
          yield 1;
          if (error) throw error;
          yield 2;
        })(),
      );
    });
    const values: unknown[] = [];
    for await (const value of work()) {
      values.push(value);
      if (leaveEarly) break;
    }
    return values;
  },
  'SDK stream': (error) => async (leaveEarly) => {
    const work = observe(named, async () => {
      child('inside');
      return {
        controller: new AbortController(),
        async *[Symbol.asyncIterator]() {
          yield 1;
          if (error) throw error;
          yield 2;
        },
      };
    });
    const stream = await work();
    expect(stream.controller).toBeInstanceOf(AbortController);
    const values: unknown[] = [];
    for await (const value of stream) {
      values.push(value);
      if (leaveEarly) break;
    }
    return values;
  },
};

/** Results that can be left before their end. */
const LEAVABLE = [
  'generator',
  'async generator',
  'Observable',
  'web stream',
  'Node stream',
  'SDK stream',
];

describe.each(Object.entries(KINDS))('observe follows a %s', (_, make) => {
  it('to its end', async () => {
    expect(await make()(false)).toEqual([1, 2]);
    await expect.poll(ending).toBe('ended');
    expect(parentOf('inside')).toBe('work');
    expect(parentOf('consumer')).toBeUndefined();
  });

  it('to a throw, which goes on as it was', async () => {
    await expect(make(broken)(false)).rejects.toBe(broken);
    await expect.poll(ending).toBe('failed: TypeError');
  });

  it('to an abort, which is no failure', async () => {
    await expect(make(aborted as unknown as Error)(false)).rejects.toBe(aborted);
    await expect.poll(ending).toBe('cancelled');
  });
});

describe.each(LEAVABLE)('observe sees that the consumer of a %s', (kind) => {
  it('leaves early', async () => {
    expect(await KINDS[kind]?.()(true)).toEqual([1]);
    await expect.poll(ending).toBe('cancelled');
  });
});

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
    const [span] = exporter.getFinishedSpans();
    expect(span).toMatchObject({ name, kind: spanKind });
    expect(span?.attributes['gen_ai.l9.span.kind']).toBe(kind);
  });

  it('takes options of the arguments, and survives options that throw', () => {
    const work = observe(
      (n: number) => ({ name: `n ${n}`, tags: ['a'], metadata: { category: 'billing', n } }),
      (n: number) => n,
    );
    expect(work(7)).toBe(7);
    expect(exporter.getFinishedSpans()[0]).toMatchObject({
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
    expect(exporter.getFinishedSpans()).toEqual([]);
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
    for (const n of [1, 2, 3]) expect(parentOf(`inside ${n}`)).toBe(`work ${n}`);
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
});
