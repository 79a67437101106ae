import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Replacements, type Replaceable } from './replacements.js';

describe('Replacements', () => {
  let forked: FakeWorker[];
  let log: ReturnType<typeof vi.fn<(level: string, message: string) => void>>;
  let replacements: Replacements;

  class FakeWorker implements Replaceable {
    readonly pid: number;
    readonly retire = vi.fn<() => void>();
    readonly kill = vi.fn<() => void>(() => replacements.ended(this.id));
    constructor(readonly id: number) {
      this.pid = 1000 + id;
    }
  }
  const [one, two] = [1, 2].map((id) => () => new FakeWorker(id)) as [Fake, Fake];
  type Fake = () => FakeWorker;

  beforeEach(() => {
    vi.useFakeTimers();
    forked = [];
    log = vi.fn();
    const fork = () => {
      const worker = new FakeWorker(10 + forked.length);
      forked.push(worker);
      return worker;
    };
    replacements = new Replacements({ fork, listenWithinMs: 1_000, log });
  });
  afterEach(() => vi.useRealTimers());

  it('go one after the other, each when its successor listens', () => {
    const [first, second] = [one(), two()];
    replacements.add(first, 'SIGHUP');
    replacements.add(second, 'SIGHUP');
    expect(forked).toHaveLength(1);
    expect(first.retire).not.toHaveBeenCalled();
    replacements.listens(10);
    expect(first.retire).toHaveBeenCalledOnce();
    expect(forked).toHaveLength(1);
    expect(replacements.ended(1)).toBe(true);
    expect(forked).toHaveLength(2);
    replacements.listens(11);
    expect(second.retire).toHaveBeenCalledOnce();
  });

  it('take each worker once, however often it is asked for', () => {
    const [first, second] = [one(), two()];
    for (let n = 0; n < 3; n += 1) {
      replacements.add(first, 'SIGHUP');
      replacements.add(second, 'it takes 900 MB');
    }
    replacements.listens(10);
    replacements.ended(1);
    replacements.listens(11);
    replacements.ended(2);
    expect(forked).toHaveLength(2);
  });

  it('go on when an old one dies before its successor listens, which then stands in for it', () => {
    replacements.add(one(), 'SIGHUP');
    replacements.add(two(), 'SIGHUP');
    expect(replacements.ended(1)).toBe(true);
    expect(forked).toHaveLength(2);
    // The first successor is a worker as any other now.
    expect(replacements.ended(10)).toBe(false);
  });

  it('leave a worker that dies while it waits for its turn to whoever starts new ones', () => {
    replacements.add(one(), 'SIGHUP');
    replacements.add(two(), 'SIGHUP');
    expect(replacements.ended(2)).toBe(false);
    replacements.listens(10);
    replacements.ended(1);
    expect(forked).toHaveLength(1);
  });

  it('end with the first successor that does not come up: all others stay', () => {
    const [first, second] = [one(), two()];
    replacements.add(first, 'SIGHUP');
    replacements.add(second, 'SIGHUP');
    expect(replacements.ended(10)).toBe(true);
    expect(forked).toHaveLength(1);
    expect(log).toHaveBeenLastCalledWith('error', expect.stringContaining('worker 1001 stays'));
    expect(first.retire).not.toHaveBeenCalled();
    // The next request begins anew.
    replacements.add(second, 'SIGHUP');
    expect(forked).toHaveLength(2);
  });

  it('kill a successor that never listens, and are ready for the next', () => {
    const first = one();
    replacements.add(first, 'SIGHUP');
    vi.advanceTimersByTime(1_000);
    expect(forked[0]?.kill).toHaveBeenCalledOnce();
    replacements.add(first, 'SIGHUP');
    expect(forked).toHaveLength(2);
    replacements.listens(11);
    vi.advanceTimersByTime(10_000);
    expect(forked[1]?.kill).not.toHaveBeenCalled();
  });
});
