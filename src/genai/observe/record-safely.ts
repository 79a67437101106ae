import { diag } from '@opentelemetry/api';

/** Runs a helper: what it is given is the application's, and may throw when it is read. */
export function recordSafely(step: () => void): void {
  try {
    step();
  } catch (error) {
    diag.debug('Spanledger could not record attributes', error);
  }
}
