import type { SpanKindName } from '../conventions/index.js';
import { processListeners } from '../listeners/index.js';

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

const listeners = processListeners<WorkRecord>('spanledger.work-listeners');

/**
 * Hears of everything that `observe` saw to its end, sampled or not, traced or not: for metrics.
 * What a listener throws is ignored.
 *
 * @returns a function that ends the listening
 */
export function onWork(listener: WorkListener): () => void {
  return listeners.add(listener);
}

/** Whether anybody listens: else nothing needs to be timed. */
export function workIsHeard(): boolean {
  return listeners.any();
}

export function tellWork(record: WorkRecord): void {
  listeners.tell(record);
}
