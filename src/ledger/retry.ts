import { setTimeout as sleep } from 'node:timers/promises';
import { isConflict, isConnectionLoss } from '../database/index.js';

/** A database that restarts is back within seconds; a caller cannot wait much longer. */
const WAITS_MS = [50, 200, 500, 1_000, 2_000, 3_000];

/** The database is away for the moment, or undid the statement for another's sake. */
export function isPassing(error: unknown): boolean {
  return isConnectionLoss(error) || isConflict(error);
}

/** Where the database hangs, each try takes long by itself. */
const ENOUGH_MS = 7_000;

/** Tries again while the failure is of the passing kind; the last failure is thrown. */
export async function retryWhilePassing<T>(attempt: () => Promise<T>): Promise<T> {
  const end = performance.now() + ENOUGH_MS;
  for (const wait of WAITS_MS) {
    try {
      return await attempt();
    } catch (error) {
      if (!isPassing(error) || performance.now() + wait > end) throw error;
      await sleep(wait);
    }
  }
  return attempt();
}
