import { describe, expect, it } from 'vitest';
import { RestartPolicy } from './restart-policy.js';

describe('RestartPolicy', () => {
  it('waits twice as long after each death in a row, and gives up', () => {
    const policy = new RestartPolicy();
    const delays = Array.from({ length: 8 }, () => policy.failed());
    expect(delays).toEqual([100, 200, 400, 800, 1600, 3200, 6400, undefined]);
  });

  it('begins anew when a worker listens', () => {
    const policy = new RestartPolicy();
    policy.failed();
    policy.failed();
    policy.succeeded();
    expect(policy.failed()).toBe(100);
  });
});
