import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  Observable,
  Subject,
  defer,
  firstValueFrom,
  lastValueFrom,
  map,
  share,
  take,
  timer,
  toArray,
} from 'rxjs';
import { describe, expect, it } from 'vitest';
import { observe } from './observe.js';
import { collect, endingOf, exportedSpans, mark, parentsOf } from './testing/spans.js';

const spans = exportedSpans();
const named = { name: 'work' };
const endings = () =>
  spans().map((span) => (span.attributes['spanledger.cancelled'] ? 'cancelled' : 'ended'));

describe('an observed Observable', () => {
  const ticks = observe(named, () =>
    defer(() => {
      mark('inside');
      return timer(0, 1).pipe(take(3));
    }),
  );

  it('has one span for each subscription, which its body is in and its consumer is not', async () => {
    const source = ticks();
    await Promise.all([1, 2].map(() => lastValueFrom(source.pipe(map(() => mark('consumer'))))));
    expect(endings().filter((ending) => ending === 'ended').length).toBeGreaterThan(1);
    expect(parentsOf(spans(), 'inside')).toEqual(['work', 'work']);
    expect(new Set(parentsOf(spans(), 'consumer'))).toEqual(new Set([undefined]));
    expect(spans().filter(({ name }) => name === 'work')).toHaveLength(2);
  });

  it('ends when an operator behind it is unsubscribed from, and so does its source', async () => {
    let stopped = false;
    const source = observe(named, () => new Observable<number>(() => () => (stopped = true)))();
    const subscription = source.pipe(map(String), share()).subscribe();
    expect(endingOf(spans())).toBe('open');
    subscription.unsubscribe();
    expect(endingOf(spans())).toBe('cancelled');
    expect(stopped).toBe(true);
  });

  it('does not run on for ever when its source does', async () => {
    const endless = observe(
      named,
      () =>
        new Observable<number>((subscriber) => {
          for (let n = 0; !subscriber.closed; n += 1) subscriber.next(n);
        }),
    );
    expect(await lastValueFrom(endless().pipe(take(2), toArray()))).toEqual([0, 1]);
    expect(endingOf(spans())).toBe('cancelled');
  });

  it('is an Observable still: a Subject can be fed, and promises made of it', async () => {
    const subject = observe(named, () => new Subject<number>())();
    expect(subject).toBeInstanceOf(Subject);
    const first = firstValueFrom(subject);
    subject.next(7);
    expect(await first).toBe(7);
    expect(endingOf(spans())).toBe('cancelled');
  });

  it('takes callbacks as well as an observer, or nothing', () => {
    const seen: unknown[] = [];
    const source = observe(
      named,
      () =>
        new Observable<number>((subscriber) => {
          subscriber.next(1);
          subscriber.complete();
        }),
    );
    source().subscribe((value) => seen.push(value));
    source().subscribe();
    expect(seen).toEqual([1]);
    expect(endings()).toEqual(['ended', 'ended']);
  });
});

describe('an observed web stream', () => {
  it('can be a body, and keeps its type', async () => {
    const bytes = observe(named, () => new Response('hello').body)();
    expect(await new Response(bytes).text()).toBe('hello');
    expect(endingOf(spans())).toBe('ended');
    const again = observe(named, () => new Response('hello').body)();
    const reader = again?.getReader({ mode: 'byob' });
    const { value } = (await reader?.read(new Uint8Array(10))) ?? {};
    expect(Buffer.from(value ?? []).toString()).toBe('hello');
  });

  it('is handed on as it is when another reads it already', () => {
    const stream = new ReadableStream();
    stream.getReader();
    expect(observe(named, () => stream)()).toBe(stream);
    expect(endingOf(spans())).toBe('ended');
  });

  it('reads nothing that the consumer does not ask for', async () => {
    let pulls = 0;
    const stream = observe(
      named,
      () =>
        new ReadableStream(
          { pull: (controller) => controller.enqueue((pulls += 1)) },
          {
            highWaterMark: 0,
          },
        ),
    )();
    await sleep(2);
    expect(pulls).toBe(0);
    await stream.cancel('enough');
    expect(endingOf(spans())).toBe('cancelled');
  });
});

describe('an observed Node stream', () => {
  it('is the same object, and an error that nobody handles stays unhandled', async () => {
    const stream = new Readable({ read() {} });
    expect(observe(named, () => stream)()).toBe(stream);
    expect(stream.listenerCount('error')).toBe(0);
    stream.once('error', () => {});
    stream.destroy(new RangeError('broken'));
    await expect.poll(() => endingOf(spans())).toBe('failed: RangeError');
  });

  it('that has ended or failed before ends at once', async () => {
    const ended = Readable.from([1]);
    await ended.toArray();
    observe(named, () => ended)();
    expect(endingOf(spans())).toBe('ended');
    const failed = new Readable({ read() {} });
    failed.once('error', () => {});
    failed.destroy(new RangeError('broken'));
    await sleep(1);
    observe({ name: 'failed' }, () => failed)();
    expect(endingOf(spans(), 'failed')).toBe('failed: RangeError');
  });
});

describe('an observed async iterable', () => {
  class Numbers {
    readonly #last: number;
    readonly controller = new AbortController();
    constructor(last: number) {
      this.#last = last;
    }
    async *[Symbol.asyncIterator]() {
      for (let n = 1; n <= this.#last; n += 1) yield n;
    }
    last(): number {
      return this.#last;
    }
  }

  it('is the same object, with all its members', async () => {
    const numbers = new Numbers(2);
    const observed = observe(named, async () => numbers);
    const result = await observed();
    expect(result).toBe(numbers);
    expect(result.last()).toBe(2);
    expect(Reflect.get(result, 'last')).toBe(Reflect.get(Numbers.prototype, 'last'));
    expect(await collect(result)).toEqual([1, 2]);
    expect(endingOf(spans())).toBe('ended');
    expect(Object.keys(numbers)).toEqual(['controller']);
  });

  it('returned again and again is not wrapped without end, and frozen not at all', async () => {
    const numbers = new Numbers(1);
    const observed = observe(named, () => numbers);
    for (let n = 0; n < 100; n += 1) observed();
    expect(await collect(numbers)).toEqual([1]);
    expect(spans()).toHaveLength(100);
    const frozen = Object.freeze(new Numbers(1));
    expect(await collect(observe({ name: 'frozen' }, () => frozen)())).toEqual([1]);
    expect(endingOf(spans(), 'frozen')).toBe('ended');
  });
});
