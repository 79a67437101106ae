import type { InferenceRecord } from './inference-record.js';

export type InferenceListener = (record: InferenceRecord) => void;

/** On the process, not the module: two copies of this package must share their listeners. */
const LISTENERS = Symbol.for('spanledger.inference-listeners');

function listeners(): Set<InferenceListener> {
  const holder = globalThis as { [LISTENERS]?: Set<InferenceListener> };
  return (holder[LISTENERS] ??= new Set());
}

/**
 * Hears of every call of a model that any processor of this process sees, each call once. For
 * what is made after tracing was set up, such as a ledger that comes with the application.
 *
 * @returns a function that ends the listening
 */
export function onInference(listener: InferenceListener): () => void {
  listeners().add(listener);
  return () => listeners().delete(listener);
}

export function tellInference(record: InferenceRecord): void {
  for (const listener of listeners()) listener(record);
}
