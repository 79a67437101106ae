import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** What processes take of their machine, on Linux: on average, so that one more or less matters not. */
export interface Level {
  /** What is left in memory after a collection of garbage, with buffers. */
  readonly heapMb: number;
  readonly descriptors: number;
}

/** The processes that this one has started and that still live. */
export function childrenOf(pid: number): number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return children.split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** @param folder - where the processes, which have `instruments.mjs`, tell what they keep */
export async function levelOf(pids: readonly number[], folder: string): Promise<Level> {
  const heaps = await Promise.all(pids.map((pid) => told(pid, 'SIGPWR', folder)));
  const descriptors = pids.map((pid) => readdirSync(`/proc/${pid}/fd`).length);
  return {
    heapMb: Math.round(average(heaps) / 1024 / 1024),
    descriptors: Math.round(average(descriptors)),
  };
}

/** Spans of whose state something is left, of all processes together. It takes them a second. */
export async function spansOf(pids: readonly number[], folder: string): Promise<number> {
  const spans = await Promise.all(pids.map((pid) => told(pid, 'SIGIO', folder)));
  return spans.reduce((sum, count) => sum + count, 0);
}

async function told(pid: number, signal: NodeJS.Signals, folder: string): Promise<number> {
  const file = join(folder, String(pid));
  process.kill(pid, signal);
  while (!existsSync(file)) await sleep(20);
  const figure = Number(readFileSync(file, 'utf8'));
  rmSync(file);
  return figure;
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
