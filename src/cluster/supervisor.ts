import cluster, { type Worker } from 'node:cluster';
import { bequeath } from './inheritance.js';
import { MetricsHub } from './metrics-hub.js';
import { envelope, opened, type ToSupervisor } from './messages.js';
import { Replacements, type Replaceable } from './replacements.js';
import { RestartPolicy } from './restart-policy.js';
import { Shares, type PortShare } from './shares.js';

export interface SupervisorOptions {
  readonly workers: number;
  /** Opens a worker's share of the port; without, workers get their connections from this process. */
  readonly openShare: (() => PortShare) | undefined;
  /** How long a worker may take to end when all are to, milliseconds; then it is killed. */
  readonly stopWithinMs: number;
  /** The same for one that has a successor: nobody waits for it, so what it has in hand is finished. */
  readonly retireWithinMs: number;
  readonly log: (level: 'log' | 'warn' | 'error', message: string) => void;
  /** Hands the signals over that end or replace: SIGHUP replaces. */
  readonly onStopSignal: (answer: (signal: 'SIGTERM' | 'SIGINT' | 'SIGHUP') => void) => void;
  /** Ends this process. */
  readonly exit: (code: number) => void;
}

/** What a retiring worker has to give up its connections in, each with an answer. */
const RETIREMENT_MS = 1_000;
/** Longer than a worker waits for its database. */
const LISTEN_WITHIN_MS = 90_000;

/**
 * Runs the workers, starts new ones for those that die, replaces those that ask for it and, at
 * SIGHUP, all of them, and ends them all in order.
 */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #metrics = new MetricsHub();
  readonly #restarts = new RestartPolicy();
  #stopping = false;
  readonly #shares: Shares | undefined;
  readonly #replacements: Replacements;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#shares = options.openShare && new Shares(options.openShare);
    this.#replacements = new Replacements({
      fork: ({ id }) => this.#member(this.#fork(id)),
      listenWithinMs: LISTEN_WITHIN_MS,
      log: options.log,
    });
  }

  start(): void {
    cluster.on('message', (worker, received) => void this.#receive(worker, received));
    cluster.on('exit', (worker, code, signal: string | null) => this.#ended(worker, code, signal));
    this.#options.onStopSignal((signal) => {
      if (signal !== 'SIGHUP') return this.#stop(signal);
      for (const worker of living()) this.#replace(worker, signal);
    });
    for (let n = 0; n < this.#options.workers; n++) this.#fork();
    this.#options.log('log', `Supervising ${this.#options.workers} workers`);
  }

  #fork(succeeded?: number): Worker {
    const share = this.#shares?.next(succeeded);
    const worker = cluster.fork(share && bequeath(share.descriptors));
    if (share) this.#shares?.give(worker.id, share);
    this.#restarts.began(worker.id);
    this.#metrics.join({
      id: worker.id,
      ask: (ask) => tell(worker, { kind: 'metrics?', ask }),
    });
    return worker;
  }

  #listens(worker: Worker): void {
    this.#restarts.listens(worker.id);
    this.#replacements.listens(worker.id);
  }

  #replace(worker: Worker, why: string): void {
    if (!this.#stopping) this.#replacements.add(this.#member(worker), why);
  }

  #member(worker: Worker): Replaceable {
    const kill = (signal: NodeJS.Signals) => worker.process.kill(signal);
    return {
      id: worker.id,
      pid: worker.process.pid,
      retire: () => {
        this.#restarts.retires(worker.id);
        tell(worker, { kind: 'retire' });
        // Not by SIGTERM, which has the deadline of the whole service; but one that starts hears nothing else.
        setTimeout(() => {
          if (this.#restarts.hasListened(worker.id)) tell(worker, { kind: 'end' });
          else kill('SIGTERM');
        }, RETIREMENT_MS);
        const overdue = RETIREMENT_MS + this.#options.retireWithinMs;
        setTimeout(() => kill('SIGKILL'), overdue).unref();
      },
      kill: () => kill('SIGKILL'),
    };
  }

  async #receive(worker: Worker, received: unknown): Promise<void> {
    const message = opened(received) as ToSupervisor | undefined;
    if (message?.kind === 'metrics') {
      this.#metrics.tell(worker.id, message.families, message.ask);
    } else if (message?.kind === 'totals?') {
      const families = await this.#metrics.totals();
      tell(worker, { kind: 'totals', ask: message.ask, families });
    } else if (message?.kind === 'listens') {
      this.#listens(worker);
    } else if (message?.kind === 'leaves') {
      this.#shares?.leave(worker.id);
    } else if (message?.kind === 'succeed me') {
      this.#replace(worker, message.why);
    }
  }

  #ended(worker: Worker, code: number, signal: string | null): void {
    this.#metrics.leave(worker.id);
    this.#shares?.leave(worker.id);
    const { log, exit } = this.#options;
    if (this.#stopping) {
      if (living().length > 0) return;
      log('log', 'Stopped');
      return exit(0);
    }
    if (this.#replacements.ended(worker.id)) return this.#restarts.left(worker.id);
    const how = signal ? `by ${signal}` : `with code ${code}`;
    const delayMs = this.#restarts.died(worker.id);
    if (delayMs === undefined) {
      log(
        'error',
        `Workers end again and again and none serves, the last one ended ${how}: giving up`,
      );
      this.#stopping = true;
      this.#replacements.stop();
      for (const other of living()) other.process.kill('SIGTERM');
      return exit(1);
    }
    log('warn', `Worker ${worker.process.pid} ended ${how}; a new one starts in ${delayMs} ms`);
    setTimeout(() => {
      if (!this.#stopping) this.#fork();
    }, delayMs);
  }

  #stop(signal: 'SIGTERM' | 'SIGINT'): void {
    const { log, exit, stopWithinMs } = this.#options;
    if (this.#stopping) {
      if (signal === 'SIGINT') this.#kill(() => exit(130));
      return;
    }
    this.#stopping = true;
    this.#replacements.stop();
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
