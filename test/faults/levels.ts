import { readdirSync, readFileSync } from 'node:fs';

/** What a process takes of its machine, on Linux. */
export interface Level {
  readonly rssMb: number;
  readonly descriptors: number;
}

/** The processes that this one has started and that still live. */
export function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .split(' ')
      .filter(Boolean)
      .map(Number);
  } catch {
    return [];
  }
}

/** The largest of the processes, and their descriptors on average. */
export function levelOf(pids: readonly number[]): Level {
  const rss = pids.map((pid) => {
    const line = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return Number(line?.[1]) / 1024;
  });
  const descriptors = pids.map((pid) => readdirSync(`/proc/${pid}/fd`).length);
  return {
    rssMb: Math.round(Math.max(...rss)),
    descriptors: Math.round(descriptors.reduce((sum, n) => sum + n, 0) / pids.length),
  };
}
