import cluster from 'node:cluster';
import { askForSuccessor, onRetirement } from './cluster/index.js';
import type { AppConfig, RecyclingConfig } from './config/index.js';
import type { Lifecycle } from './observability/index.js';

const LOOK_EVERY_MS = 1_000;
/** After a successor that did not come up. */
const ASK_AGAIN_MS = 60_000;
/** Workers that began together do not end together. */
const SPREAD = 0.2;
/** A workflow makes so many calls, one after the other. */
const MOST_CALLS = 3;
/** What a request takes beside its calls. */
const MARGIN_MS = 30_000;

/** What a worker with a successor gets for what it has in hand: as long as any request may take. */
export function retirementMs({ llm, shutdownTimeoutMs }: AppConfig): number {
  return Math.max(shutdownTimeoutMs, MOST_CALLS * llm.timeoutMs + MARGIN_MS);
}

/** Asks for a successor when this worker has done its share, or has grown too large. */
export function watchShare(lifecycle: Lifecycle, limits: RecyclingConfig, end: () => void): void {
  if (!cluster.isWorker) return;
  onRetirement(() => lifecycle.retire(), end);
  const mostRequests = (limits.maxRequests ?? Infinity) * (1 + Math.random() * SPREAD);
  const mostBytes = (limits.maxMemoryMb ?? Infinity) * 1024 * 1024;
  let askedAt = Number.NEGATIVE_INFINITY;
  setInterval(() => {
    if (performance.now() - askedAt < ASK_AGAIN_MS) return;
    const rss = process.memoryUsage.rss();
    const why =
      lifecycle.served >= mostRequests
        ? `it has answered ${lifecycle.served} requests`
        : rss >= mostBytes && `it takes ${Math.round(rss / 1024 / 1024)} MB`;
    if (!why) return;
    askedAt = performance.now();
    askForSuccessor(why);
  }, LOOK_EVERY_MS).unref();
}
