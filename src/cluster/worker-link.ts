import cluster from 'node:cluster';
import type { MetricFamily } from '../exposition/index.js';
import { envelope, opened, type ToSupervisor, type ToWorker } from './messages.js';

const TELL_EVERY_MS = 1_000;
/** Longer than the supervisor waits for the slowest worker. */
const TOTALS_WITHIN_MS = 2_000;

type Read = () => Promise<MetricFamily[]>;

/** A worker's connection to its supervisor; without one, the process speaks for itself. */
export class WorkerLink {
  readonly #read: Read;
  readonly #waiting = new Map<number, (families: MetricFamily[]) => void>();
  #timer: NodeJS.Timeout | undefined;
  #asked = 0;
  #underway: Promise<MetricFamily[]> | undefined;

  /** @param read - gives this process's own metrics */
  constructor(read: Read) {
    this.#read = read;
  }

  start(): void {
    if (!cluster.isWorker) return;
    process.on('message', this.#receive);
    this.#timer = setInterval(() => void this.#tell(), TELL_EVERY_MS).unref();
  }

  /** Tells the last numbers, so that none is lost with this process. */
  async stop(): Promise<void> {
    if (!this.#timer) return;
    clearInterval(this.#timer);
    process.off('message', this.#receive);
    await this.#tell();
  }

  /**
   * The metrics of all workers; this process's own where there is no supervisor, or no answer. Who
   * asks while another does gets the same answer: putting it together takes all workers their time.
   */
  totals(): Promise<MetricFamily[]> {
    this.#underway ??= this.#totals().finally(() => (this.#underway = undefined));
    return this.#underway;
  }

  async #totals(): Promise<MetricFamily[]> {
    if (!this.#timer) return this.#read();
    const ask = ++this.#asked;
    const families = await new Promise<MetricFamily[] | undefined>((resolve) => {
      setTimeout(() => resolve(undefined), TOTALS_WITHIN_MS).unref();
      this.#waiting.set(ask, resolve);
      send({ kind: 'totals?', ask });
    });
    this.#waiting.delete(ask);
    return families ?? this.#read();
  }

  readonly #receive = (received: unknown): void => {
    const message = opened(received) as ToWorker | undefined;
    if (message?.kind === 'metrics?') void this.#tell(message.ask);
    else if (message?.kind === 'totals') this.#waiting.get(message.ask)?.([...message.families]);
  };

  async #tell(ask?: number): Promise<void> {
    send({ kind: 'metrics', families: await this.#read(), ask });
  }
}

/** Asks the supervisor for a successor; this worker goes on until that one listens. */
export function askForSuccessor(why: string): void {
  send({ kind: 'succeed me', why });
}

/** Tells the supervisor, if there is one, that this worker takes connections. */
export function tellListening(): void {
  send({ kind: 'listens' });
}

/** Tells the supervisor, if there is one, that this worker takes new connections no more. */
export function tellLeaving(): void {
  send({ kind: 'leaves' });
}

/**
 * Told when the successor listens.
 *
 * @param retire - connections are to be given up
 * @param end - a little later: the process is to end when it has finished what it has in hand
 */
export function onRetirement(retire: () => void, end: () => void): void {
  process.on('message', (received) => {
    const message = opened(received) as ToWorker | undefined;
    if (message?.kind === 'retire') retire();
    else if (message?.kind === 'end') end();
  });
}

function send(message: ToSupervisor): void {
  if (!cluster.isWorker) return;
  // The supervisor may have died this moment; whoever is told then hears it by 'disconnect'.
  if (process.connected) process.send?.(envelope(message), undefined, undefined, () => undefined);
}
