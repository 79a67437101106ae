import { processListeners } from '../listeners/index.js';
import type { InferenceRecord } from './inference-record.js';

export type InferenceListener = (record: InferenceRecord) => void;

const listeners = processListeners<InferenceRecord>('spanledger.inference-listeners');

/**
 * Hears of every call of a model that any processor of this process sees, each call once. For
 * what is made after tracing was set up, such as a ledger that comes with the application.
 *
 * @returns a function that ends the listening
 */
export function onInference(listener: InferenceListener): () => void {
  return listeners.add(listener);
}

export function tellInference(record: InferenceRecord): void {
  listeners.tell(record);
}
