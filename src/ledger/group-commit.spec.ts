import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { GroupCommit } from './group-commit.js';

/** Commits into a list, slowly, and remembers the groups. */
function recorder(refuse: (item: number) => boolean = () => false) {
  const groups: number[][] = [];
  const group = new GroupCommit<number>({
    commit: async (items) => {
      await sleep(1);
      if (items.some(refuse)) throw new Error('refused');
      groups.push([...items]);
    },
    isItemFault: (error) => String(error).includes('refused'),
  });
  return { group, groups };
}

describe('GroupCommit', () => {
  it('commits callers of the same turn together', async () => {
    const { group, groups } = recorder();
    await Promise.all([1, 2, 3].map((item) => group.add(item)));
    expect(groups).toEqual([[1, 2, 3]]);
  });

  it('gathers who comes while a group is being committed into the next one', async () => {
    const { group, groups } = recorder();
    const first = group.add(1);
    await sleep(0);
    const later = [2, 3, 4].map((item) => group.add(item));
    await Promise.all([first, ...later]);
    expect(groups.flat()).toEqual([1, 2, 3, 4]);
    expect(groups.length).toBeLessThan(4);
  });

  it('resolves no caller before its commit', async () => {
    let committed = false;
    const group = new GroupCommit<number>({
      commit: async () => {
        await sleep(5);
        committed = true;
      },
      isItemFault: () => false,
    });
    await group.add(1);
    expect(committed).toBe(true);
  });

  it('fails only the item at fault', async () => {
    const { group, groups } = recorder((item) => item === 2);
    const results = await Promise.allSettled([1, 2, 3].map((item) => group.add(item)));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(groups).toEqual([[1], [3]]);
  });

  it('fails the whole group when nothing can be committed, without trying each', async () => {
    let commits = 0;
    const group = new GroupCommit<number>({
      commit: () => {
        commits += 1;
        return Promise.reject(new Error('no database'));
      },
      isItemFault: () => false,
    });
    const results = await Promise.allSettled([1, 2, 3].map((item) => group.add(item)));
    expect(results.every(({ status }) => status === 'rejected')).toBe(true);
    expect(commits).toBe(1);
  });

  it('goes on after a failure, and is idle when all is done', async () => {
    const { group, groups } = recorder((item) => item === 1);
    await expect(group.add(1)).rejects.toThrow('refused');
    void group.add(2);
    await group.idle();
    expect(groups).toEqual([[2]]);
    expect(group.waiting).toBe(0);
  });

  it('splits what would be too large a group', async () => {
    const { group, groups } = recorder();
    await Promise.all(Array.from({ length: 1_001 }, (_, item) => group.add(item)));
    expect(groups.map(({ length }) => length)).toEqual([500, 500, 1]);
  });
});
