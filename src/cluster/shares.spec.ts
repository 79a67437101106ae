import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Shares, type PortShare } from './shares.js';

describe('Shares', () => {
  let opened: PortShare[];
  let shares: Shares;

  const start = (worker: number, succeeded?: number): PortShare => {
    const share = shares.next(succeeded);
    shares.give(worker, share);
    return share;
  };

  beforeEach(() => {
    opened = [];
    shares = new Shares(() => {
      const share = { descriptors: [opened.length], close: vi.fn<() => void>() };
      opened.push(share);
      return share;
    });
  });

  it('are one for each worker', () => {
    expect(start(1)).not.toBe(start(2));
    expect(opened).toHaveLength(2);
  });

  it('close with the worker, whether it says so or dies, and once', () => {
    const share = start(1);
    shares.leave(1);
    shares.leave(1);
    expect(share.close).toHaveBeenCalledOnce();
    expect(start(2)).not.toBe(share);
  });

  it('go to the successor, and stay open when the old one leaves', () => {
    const share = start(1);
    expect(start(2, 1)).toBe(share);
    shares.leave(1);
    expect(share.close).not.toHaveBeenCalled();
    shares.leave(2);
    expect(share.close).toHaveBeenCalledOnce();
  });

  it('stay with the old one when its successor does not come up', () => {
    const share = start(1);
    start(2, 1);
    shares.leave(2);
    expect(share.close).not.toHaveBeenCalled();
    expect(start(3, 1)).toBe(share);
  });

  it('are new where the one to be succeeded has left already', () => {
    const share = start(1);
    shares.leave(1);
    expect(start(2, 1)).not.toBe(share);
  });
});
