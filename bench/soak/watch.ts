import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE_MS = 30_000;

/** What the service tells of itself, and how quickly, at one moment. */
export interface Reading {
  /** Seconds since the load began. */
  readonly at: number;
  readonly rssMegabytes: number;
  readonly heapMegabytes: number;
  /** 99th percentile since the reading before, milliseconds. */
  readonly loopDelayMs: number;
  readonly openFiles: number;
  /** Milliseconds until `/health` answered; null when it did not, or not well. */
  readonly healthMs: number | null;
}

/** Reads `/metrics` and `/health` again and again until it is stopped. */
export class Watch {
  readonly readings: Reading[] = [];
  readonly #url: string;
  readonly #elapsed: () => number;
  readonly #done: Promise<void>;
  #stopped = false;

  constructor(url: string, elapsed: () => number, everySeconds: number) {
    this.#url = url;
    this.#elapsed = elapsed;
    this.#done = this.#run(everySeconds * 1_000);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#done;
  }

  async #run(everyMs: number): Promise<void> {
    while (!this.#stopped) {
      const next = this.#elapsed() + everyMs;
      const healthMs = await this.#health();
      const text = await fetch(`${this.#url}/metrics`, {
        signal: AbortSignal.timeout(PATIENCE_MS),
      }).then(
        (answer) => answer.text(),
        () => '',
      );
      this.readings.push({
        at: this.#elapsed() / 1_000,
        rssMegabytes: sample(text, 'process_resident_memory_bytes') / 1e6,
        heapMegabytes: sample(text, 'nodejs_heap_size_used_bytes') / 1e6,
        loopDelayMs: sample(text, 'nodejs_eventloop_lag_p99_seconds') * 1_000,
        openFiles: sample(text, 'process_open_fds'),
        healthMs,
      });
      await sleep(Math.max(0, next - this.#elapsed()));
    }
  }

  async #health(): Promise<number | null> {
    const asked = performance.now();
    const answer = await fetch(`${this.#url}/health`, {
      signal: AbortSignal.timeout(PATIENCE_MS),
    }).catch(() => undefined);
    await answer?.text();
    return answer?.ok ? performance.now() - asked : null;
  }
}

/** The sample of this name in Prometheus' text, whatever its labels. */
export function sample(text: string, name: string): number {
  const line = text
    .split('\n')
    .find((one) => one.startsWith(`${name} `) || one.startsWith(`${name}{`));
  return line === undefined ? Number.NaN : Number(line.slice(line.lastIndexOf(' ')));
}
