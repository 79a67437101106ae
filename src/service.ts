import cluster from 'node:cluster';
import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { AppConfig } from './config/index.js';
import { accessOf, KeyRing } from './identity/index.js';
import { DatabaseService } from './database/index.js';
import { drain } from './drain.js';
import { shutdownTelemetry, telemetrySummary } from './instrumentation.js';
import { ProviderRegistry } from './llm/index.js';
import { Lifecycle, stdoutLines } from './observability/index.js';
import { listen } from './port/index.js';
import { retirementMs, watchShare } from './recycling.js';
import { onStopSignal } from './stop-signals.js';

/** The running service: listens, says what it is, and ends in order. */
export class Service {
  readonly #logger = new Logger('Service');
  readonly #cut = new AbortController();
  #listens = false;
  #stopping = false;

  constructor(
    private readonly app: NestFastifyApplication,
    private readonly config: AppConfig,
  ) {}

  async start(): Promise<void> {
    onStopSignal((signal) => void this.#stop(signal));
    this.#outliveSupervisor();
    watchShare(this.app.get(Lifecycle), this.config.recycling, () => this.#retire());
    process.on('uncaughtException', (error) => this.#crash(error));
    process.on('unhandledRejection', (error) => this.#crash(error));
    const access = accessOf(this.config.http, this.app.get(KeyRing).isNeeded);
    this.app.getHttpServer().once('listening', () => (this.#listens = true));
    await listen(this.app, this.config.http);
    if (this.#stopping) return;
    this.#logger.log(`Listening on ${await this.app.getUrl()}`);
    this.#logger.log(access);
    this.#announce();
  }

  /** A worker whose supervisor was killed finishes what it has in hand, instead of ending at once. */
  #outliveSupervisor(): void {
    if (!cluster.worker) return;
    cluster.worker.exitedAfterDisconnect = true;
    process.once('disconnect', () => void this.#stop('The supervisor is gone'));
  }

  #announce(): void {
    const { kind } = this.app.get(DatabaseService);
    this.#logger.log(
      kind === 'embedded'
        ? `Ledger: embedded database in ${this.config.database.dataDir}`
        : 'Ledger: PostgreSQL by DATABASE_URL',
    );
    this.#logger.log(telemetrySummary());
    const missing = this.app.get(ProviderRegistry).all.map((one) => one.missingVariable);
    if (missing.includes(undefined)) return;
    this.#logger.warn(`No model provider is configured: set ${missing.join(' or ')}`);
  }

  /** Its successor listens, so nobody waits for it: no call that was taken on need be cut. */
  #retire(): void {
    void this.#stop('Replaced', retirementMs(this.config));
  }

  /** Stops accepting, lets requests finish within the deadline, flushes, closes, exits 0. */
  async #stop(signal: string, withinMs = this.config.shutdownTimeoutMs): Promise<void> {
    // Nothing was taken on yet, and what is half open cannot be closed in order.
    if (!this.#listens) return this.#exit(0);
    if (this.#stopping) {
      if (signal === 'SIGINT') this.#exit(130);
      // One that retires has a later deadline than the service that ends now.
      setTimeout(() => this.#cut.abort(), withinMs).unref();
      return;
    }
    this.#stopping = true;
    this.#logger.log(`${signal}: stopping`);
    try {
      await drain(this.app, withinMs, this.#cut.signal);
      await shutdownTelemetry();
      this.#logger.log('Stopped');
      this.#exit(0);
    } catch (error) {
      this.#crash(error);
    }
  }

  #crash(error: unknown): void {
    this.#logger.fatal(error);
    this.#exit(1);
  }

  #exit(code: number): void {
    stdoutLines.flush();
    process.exit(code);
  }
}
