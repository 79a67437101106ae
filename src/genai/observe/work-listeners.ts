import type { SpanKindName } from '../conventions/index.js';

/** One observed piece of work that is over. */
export interface WorkRecord {
  readonly kind: SpanKindName;
  readonly name: string;
  readonly durationMs: number;
  /** What it failed with; absent of work that was done, or left by whoever wanted it. */
  readonly errorType?: string;
  /** Of a trace that is exported. */
  readonly traceId?: string;
}

export type WorkListener = (record: WorkRecord) => void;

/** On the process, not the module: two copies of this package must share their listeners. */
const LISTENERS = Symbol.for('spanledger.work-listeners');

function listeners(): Set<WorkListener> {
  const holder = globalThis as { [LISTENERS]?: Set<WorkListener> };
  return (holder[LISTENERS] ??= new Set());
}

/**
 * Hears of everything that `observe` saw to its end, sampled or not, traced or not: for metrics.
 * What a listener throws is ignored.
 *
 * @returns a function that ends the listening
 */
export function onWork(listener: WorkListener): () => void {
  listeners().add(listener);
  return () => listeners().delete(listener);
}

/** Whether anybody listens: else nothing needs to be timed. */
export function workIsHeard(): boolean {
  return listeners().size > 0;
}

export function tellWork(record: WorkRecord): void {
  for (const listener of listeners()) listener(record);
}
