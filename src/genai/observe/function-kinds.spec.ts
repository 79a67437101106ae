import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { Observable } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { observe } from './observe.js';
import { endingOf, exportedSpans, mark as child, parentsOf } from './testing/spans.js';

const spans = exportedSpans();
const ending = () => endingOf(spans());

const broken = new TypeError('broken');
const aborted: Error = new DOMException('aborted', 'AbortError');

const named = { name: 'work' };

/** Where SDKs take the signal that a call may be aborted by. */
interface Given {
  readonly signal: AbortSignal | undefined;
}

/** How each kind of function is made to give two values, or to throw in between. */
type Consume = (leaveEarly: boolean, signal?: AbortSignal) => Promise<unknown[]>;
const KINDS: Record<string, (error?: Error) => Consume> = {
  'sync function': (error) => async (_, signal) => {
    const work = observe(named, (_given: Given) => {
      child('inside');
      if (error) throw error;
      return [1, 2];
    });
    return work({ signal });
  },
  promise: (error) => async (_, signal) => {
    const work = observe(named, async (_given: Given) => {
      await sleep(1);
      child('inside');
      if (error) throw error;
      return [1, 2];
    });
    return work({ signal });
  },
  thenable: (error) => async (_, signal) => {
    const work = observe(named, (_given: Given) => ({
      extra: () => 'kept',
      then(done: (value: number[]) => void, failed: (error: unknown) => void) {
        child('inside');
        setTimeout(() => (error ? failed(error) : done([1, 2])), 1);
      },
    }));
    const result = work({ signal });
    expect(result.extra()).toBe('kept');
    return Promise.resolve(result);
  },
  generator: (error) => async (leaveEarly, signal) => {
    const work = observe(named, function* (_given: Given) {
      child('inside');
      yield 1;
      if (error) throw error;
      yield 2;
    });
    const values: unknown[] = [];
    for (const value of work({ signal })) {
      values.push(value);
      if (leaveEarly) break;
    }
    return values;
  },
  'async generator': (error) => async (leaveEarly, signal) => {
    const work = observe(named, async function* (_given: Given) {
      await sleep(1);
      child('inside');
      yield 1;
      if (error) throw error;
      yield 2;
    });
    const values: unknown[] = [];
    for await (const value of work({ signal })) {
      child('consumer');
      values.push(value);
      if (leaveEarly) break;
    }
    return values;
  },
  Observable: (error) => (leaveEarly, signal) =>
    new Promise((resolve, reject) => {
      const work = observe(
        named,
        (_given: Given) =>
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
      const subscription = work({ signal }).subscribe({
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
  'web stream': (error) => async (leaveEarly, signal) => {
    const work = observe(named, (_given: Given) => {
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
    for await (const value of work({ signal })) {
      values.push(value);
      if (leaveEarly) break;
    }
    return values;
  },
  'Node stream': (error) => async (leaveEarly, signal) => {
    const work = observe(named, (_given: Given) => {
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
    for await (const value of work({ signal })) {
      values.push(value);
      if (leaveEarly) break;
    }
    return values;
  },
  'SDK stream': (error) => async (leaveEarly, signal) => {
    const work = observe(named, async (_given: Given) => {
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
    const stream = await work({ signal });
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
const LEAVABLE = new Set([
  'generator',
  'async generator',
  'Observable',
  'web stream',
  'Node stream',
  'SDK stream',
]);

describe.each(Object.entries(KINDS))('observe follows a %s', (kind, make) => {
  it('to its end', async () => {
    expect(await make()(false)).toEqual([1, 2]);
    await expect.poll(ending).toBe('ended');
    expect(parentsOf(spans(), 'inside')).toEqual(['work']);
    for (const parent of parentsOf(spans(), 'consumer')) expect(parent).toBeUndefined();
  });

  it('to a throw, which goes on as it was', async () => {
    await expect(make(broken)(false)).rejects.toBe(broken);
    await expect.poll(ending).toBe('failed: TypeError');
  });

  it('to an abort, which is no failure', async () => {
    await expect(make(aborted)(false)).rejects.toBe(aborted);
    await expect.poll(ending).toBe('cancelled');
  });

  it('to what a signal among the arguments was aborted for, which is no failure', async () => {
    const reason = new Error('enough');
    await expect(make(reason)(false, AbortSignal.abort(reason))).rejects.toBe(reason);
    await expect.poll(ending).toBe('cancelled');
  });

  it.runIf(LEAVABLE.has(kind))('until its consumer leaves early', async () => {
    expect(await make()(true)).toEqual([1]);
    await expect.poll(ending).toBe('cancelled');
  });
});
