import { beforeEach, describe, expect, it } from 'vitest';
import { RestartPolicy } from './restart-policy.js';

describe('RestartPolicy', () => {
  let now: number;
  let policy: RestartPolicy;
  let last: number;

  beforeEach(() => {
    now = 1_000;
    last = 0;
    policy = new RestartPolicy(() => now);
  });

  const begin = (): number => {
    policy.began(++last);
    return last;
  };
  const serve = (): number => {
    const id = begin();
    policy.listens(id);
    return id;
  };
  /** One worker after the other, each begun when the delay is over. */
  const failures = (times: number, start: () => number, livesMs = 10): (number | undefined)[] =>
    Array.from({ length: times }, () => {
      const id = start();
      now += livesMs;
      const delay = policy.died(id);
      now += delay ?? 0;
      return delay;
    });

  it.each([
    ['before they listen', () => begin()],
    ['right after they listen', () => serve()],
  ])('waits twice as long for workers that die %s, and gives up', (_, start) => {
    const delays = failures(8, start);
    expect(delays).toEqual([100, 200, 400, 800, 1600, 3200, 6400, undefined]);
  });

  it('counts a loop of several workers by its rounds', () => {
    const rounds = Array.from({ length: 8 }, () => {
      const ids = [begin(), begin(), begin()];
      now += 10;
      const delays = ids.map((id) => policy.died(id));
      now += delays[0] ?? 0;
      return delays;
    });
    expect(rounds.slice(0, 2)).toEqual([
      [100, 100, 100],
      [200, 200, 200],
    ]);
    expect(rounds.at(-1)).toEqual([undefined, undefined, undefined]);
  });

  it.each([100, 3_600_000])('does not give up when all are killed at once after %i ms', (age) => {
    const ids = Array.from({ length: 12 }, serve);
    now += age;
    expect(ids.map((id) => policy.died(id))).toEqual(ids.map(() => 100));
  });

  it('goes on for ever, every ten seconds, while another serves', () => {
    const healthy = serve();
    const delays = failures(50, begin);
    expect(delays.slice(6)).toEqual([6400, ...Array.from({ length: 43 }, () => 10_000)]);
    // When that one dies, what it was shows that workers can start: its successor has its chance.
    expect(policy.died(healthy)).toBe(100);
    expect(failures(1, begin)).toEqual([100]);
  });

  it('does not take one that retires for one that serves', () => {
    policy.retires(serve());
    expect(failures(8, begin, 0).at(-1)).toBeUndefined();
  });

  it('begins anew only when a worker that came since has lived for half a minute', () => {
    failures(5, begin);
    const recovered = serve();
    now += 29_999;
    expect(failures(1, serve, 0)).toEqual([3_200]);
    policy.left(recovered);
    serve();
    now += 30_000;
    expect(failures(1, serve)).toEqual([100]);
  });

  it('does not count those that lived for half a minute', () => {
    expect(failures(20, serve, 30_000)).toEqual(Array.from({ length: 20 }, () => 100));
  });

  it('does not count those that others stand in for', () => {
    for (let n = 0; n < 20; n += 1) policy.left(begin());
    expect(failures(1, begin)).toEqual([100]);
  });
});
