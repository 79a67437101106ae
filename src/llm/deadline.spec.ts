import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { DeadlineError, withDeadline } from './deadline.js';

const never = new AbortController().signal;
const untilAborted = (signal: AbortSignal) => sleep(60_000, undefined, { signal, ref: false });

describe('withDeadline', () => {
  it('gives the result of work that is done in time', async () => {
    await expect(withDeadline(never, 1_000, async () => 'done')).resolves.toBe('done');
  });

  it('aborts the work when the time is up, with the reason', async () => {
    let reason: unknown;
    const work = withDeadline(never, 5, async (signal) => {
      try {
        await untilAborted(signal);
      } finally {
        reason = signal.reason;
      }
    });
    await expect(work).rejects.toThrow();
    expect(reason).toBeInstanceOf(DeadlineError);
  });

  it('aborts with the outer signal, with its reason', async () => {
    const outer = new AbortController();
    let inner: AbortSignal | undefined;
    const work = withDeadline(outer.signal, 60_000, (signal) => {
      inner = signal;
      return untilAborted(signal);
    });
    outer.abort(new Error('left'));
    await expect(work).rejects.toThrow();
    expect(inner?.reason).toEqual(new Error('left'));
  });

  it('starts aborted when the outer signal is', async () => {
    let aborted = false;
    await withDeadline(AbortSignal.abort(), 1_000, async (signal) => {
      aborted = signal.aborted;
    });
    expect(aborted).toBe(true);
  });
});
