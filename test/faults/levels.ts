import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** What processes take of their machine, on Linux: on average, so that one more or less matters not. */
export interface Level {
  /** What is left in memory after a collection of garbage, with buffers. */
  readonly heapMb: number;
  readonly descriptors: number;
  /** Spans of whose state something is left, of all processes together. */
  readonly spans: number;
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
  const told = await Promise.all(pids.map((pid) => toldBy(pid, folder)));
  const heaps = told.map(({ bytes }) => bytes / 1024 / 1024);
  const descriptors = pids.map((pid) => readdirSync(`/proc/${pid}/fd`).length);
  return {
    heapMb: Math.round(average(heaps)),
    descriptors: Math.round(average(descriptors)),
    spans: told.reduce((sum, { spans }) => sum + spans, 0),
  };
}

async function toldBy(pid: number, folder: string): Promise<{ bytes: number; spans: number }> {
  const told = join(folder, String(pid));
  process.kill(pid, 'SIGPWR');
  while (!existsSync(told)) await sleep(20);
  const levels = JSON.parse(readFileSync(told, 'utf8')) as { bytes: number; spans: number };
  rmSync(told);
  return levels;
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
