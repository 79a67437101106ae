import cluster from 'node:cluster';
import { stdoutLines } from './observability/line-writer.js';

/*
 * Loaded before everything else, because a start takes seconds and may be called off in any of
 * them. Until somebody takes the signals over there is nothing to finish: the process ends.
 */

export type StopSignal = 'SIGTERM' | 'SIGINT' | 'SIGHUP';

type Answer = (signal: StopSignal) => void;

let answer: Answer = () => {
  stdoutLines.flush();
  process.exit(0);
};

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // A terminal sends it to the whole group: of several processes, the supervisor answers it.
    if (signal === 'SIGHUP' && cluster.isWorker) return;
    answer(signal);
  });
}

/** Takes over what is done when this process is asked to end; SIGHUP is what a terminal says that goes. */
export function onStopSignal(take: Answer): void {
  answer = take;
}
