import cluster, { type Worker } from 'node:cluster';
import { MetricsHub } from './metrics-hub.js';
import { envelope, opened, type ToSupervisor } from './messages.js';
import { RestartPolicy } from './restart-policy.js';

export interface SupervisorOptions {
  readonly workers: number;
  /** How long a worker may take to end, milliseconds; then it is killed. */
  readonly stopWithinMs: number;
  readonly log: (level: 'log' | 'warn' | 'error', message: string) => void;
  /** Ends this process. */
  readonly exit: (code: number) => void;
}

/** What a retiring worker has to give up its connections in, each with an answer. */
const RETIREMENT_MS = 1_000;

/**
 * Runs the workers, starts new ones for those that die, replaces those that ask for it and, at
 * SIGHUP, all of them, and ends them all in order.
 *
 * A worker that is replaced goes on until its successor listens; one whose successor dies stays.
 */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #metrics = new MetricsHub();
  readonly #restarts = new RestartPolicy();
  #stopping = false;
  /** By the id of a worker that does not listen yet: whose place it is to take. */
  readonly #successors = new Map<number, Worker>();
  readonly #retiring = new Set<number>();
  /** Of a rolling restart: who is still to be replaced, one after the other. */
  #roll: Worker[] = [];

  constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  start(): void {
    cluster.on('message', (worker, received) => void this.#receive(worker, received));
    cluster.on('exit', (worker, code, signal: string | null) => this.#ended(worker, code, signal));
    cluster.on('listening', (worker) => this.#listens(worker));
    process.on('SIGHUP', () => this.#replaceAll());
    process.on('SIGTERM', () => this.#stop('SIGTERM'));
    process.on('SIGINT', () => this.#stop('SIGINT'));
    for (let n = 0; n < this.#options.workers; n++) this.#fork();
    this.#options.log('log', `Supervising ${this.#options.workers} workers`);
  }

  #fork(): Worker {
    const worker = cluster.fork();
    this.#metrics.join({
      id: worker.id,
      ask: (ask) => tell(worker, { kind: 'metrics?', ask }),
    });
    return worker;
  }

  #listens(worker: Worker): void {
    this.#restarts.succeeded();
    const predecessor = this.#successors.get(worker.id);
    if (!predecessor || !this.#successors.delete(worker.id)) return;
    this.#retiring.add(predecessor.id);
    tell(predecessor, { kind: 'retire' });
    setTimeout(() => predecessor.process.kill('SIGTERM'), RETIREMENT_MS);
    setTimeout(
      () => predecessor.process.kill('SIGKILL'),
      RETIREMENT_MS + this.#options.stopWithinMs,
    ).unref();
  }

  #replace(worker: Worker, why: string): void {
    const isBeingReplaced =
      this.#retiring.has(worker.id) || [...this.#successors.values()].includes(worker);
    if (this.#stopping || isBeingReplaced) return;
    this.#options.log('log', `Worker ${worker.process.pid} is replaced: ${why}`);
    this.#successors.set(this.#fork().id, worker);
  }

  #replaceAll(): void {
    if (this.#stopping) return;
    this.#roll = living().filter(({ id }) => !this.#successors.has(id));
    this.#rollOn();
  }

  #rollOn(): void {
    const next = this.#roll.shift();
    if (!next) return;
    if (next.isDead() || this.#retiring.has(next.id)) this.#rollOn();
    else this.#replace(next, 'SIGHUP');
  }

  async #receive(worker: Worker, received: unknown): Promise<void> {
    const message = opened(received) as ToSupervisor | undefined;
    if (message?.kind === 'metrics') {
      this.#metrics.tell(worker.id, message.families, message.ask);
    } else if (message?.kind === 'totals?') {
      const families = await this.#metrics.totals();
      tell(worker, { kind: 'totals', ask: message.ask, families });
    } else if (message?.kind === 'succeed me') {
      this.#replace(worker, message.why);
    }
  }

  #ended(worker: Worker, code: number, signal: string | null): void {
    this.#metrics.leave(worker.id);
    const { log, exit } = this.#options;
    if (this.#stopping) {
      if (living().length > 0) return;
      log('log', 'Stopped');
      return exit(0);
    }
    if (this.#retiring.delete(worker.id)) return this.#rollOn();
    if (this.#hasStandIn(worker)) return;
    const how = signal ? `by ${signal}` : `with code ${code}`;
    const delayMs = this.#restarts.failed();
    if (delayMs === undefined) {
      log(
        'error',
        `Workers end again and again before they listen, the last one ${how}: giving up`,
      );
      this.#stopping = true;
      for (const other of living()) other.process.kill('SIGTERM');
      return exit(1);
    }
    log('warn', `Worker ${worker.process.pid} ended ${how}; a new one starts in ${delayMs} ms`);
    setTimeout(() => {
      if (!this.#stopping) this.#fork();
    }, delayMs);
  }

  /** Whether nobody need be started for a worker that ended while it was being replaced. */
  #hasStandIn(worker: Worker): boolean {
    const predecessor = this.#successors.get(worker.id);
    if (predecessor) {
      this.#successors.delete(worker.id);
      this.#roll = [];
      const { pid } = predecessor.process;
      this.#options.log('error', `A successor ended before it listened: worker ${pid} stays`);
      return !predecessor.isDead();
    }
    const [successor] = [...this.#successors].find(([, replaced]) => replaced === worker) ?? [];
    return successor !== undefined && this.#successors.delete(successor);
  }

  #stop(signal: 'SIGTERM' | 'SIGINT'): void {
    const { log, exit, stopWithinMs } = this.#options;
    if (this.#stopping) {
      if (signal === 'SIGINT') this.#kill(() => exit(130));
      return;
    }
    this.#stopping = true;
    log('log', `${signal}: stopping ${living().length} workers`);
    if (living().length === 0) return exit(0);
    for (const worker of living()) worker.process.kill('SIGTERM');
    setTimeout(() => {
      log('warn', 'Workers that are still running after the deadline are killed');
      this.#kill(() => undefined);
    }, stopWithinMs).unref();
  }

  #kill(then: () => void): void {
    for (const worker of living()) worker.process.kill('SIGKILL');
    then();
  }
}

function living(): Worker[] {
  return Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
}

function tell(worker: Worker, message: unknown): void {
  // It may be ending this moment.
  if (worker.isConnected()) worker.send(envelope(message) as never, () => undefined);
}
