import { setTimeout as sleep } from 'node:timers/promises';

/** A database that restarts is back within seconds; a caller cannot wait much longer. */
const WAITS_MS = [50, 200, 500, 1_000, 2_000, 3_000];

/** Tries again while the failure is of the passing kind; the last failure is thrown. */
export async function retryWhile<T>(
  isPassing: (error: unknown) => boolean,
  attempt: () => Promise<T>,
): Promise<T> {
  for (const wait of WAITS_MS) {
    try {
      return await attempt();
    } catch (error) {
      if (!isPassing(error)) throw error;
      await sleep(wait);
    }
  }
  return attempt();
}
