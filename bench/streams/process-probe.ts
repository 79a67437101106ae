import { createServer } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** What a process under measurement tells of itself. */
export interface ProcessState {
  /** Milliseconds that the event loop was late by, since the last time that was asked. */
  readonly delayP50: number;
  readonly delayP99: number;
  /** After a garbage collection, bytes. */
  readonly heapUsed: number;
  readonly external: number;
}

// Loaded with --import into the process, which is started with --expose-gc.
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();

createServer((_, response) => {
  const [delayP50, delayP99] = [delay.percentile(50) / 1e6, delay.percentile(99) / 1e6];
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  delay.reset();
  const state: ProcessState = { delayP50, delayP99, heapUsed, external };
  response.end(JSON.stringify(state));
})
  .listen(Number(process.env.PROBE_PORT), '127.0.0.1')
  .unref();
