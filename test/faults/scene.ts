import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, vi } from 'vitest';
import type { Outcome } from '../../demo/traffic/index.ts';
import { startFakeProvider, type FakeProvider } from '../../demo/fake-provider/index.ts';
import { OtlpReceiver } from '../support/otlp-receiver.js';
import { startPostgres, type PostgresServer } from '../support/postgres-server.js';
import { ServiceProcess } from '../support/service-process.js';
import { differences, queryOf } from './books.ts';
import { childrenOf, levelOf, spansOf, type Level } from './levels.ts';
import { Load } from './load.ts';
import { Wire } from './wire.ts';

const RATE_PER_SECOND = 40;
const BEFORE_MS = 1_000;
const AFTER_MS = 1_500;
const READY_WITHIN_MS = 40_000;
/** What a process may keep more than before: caches that were cold. */
const MOST_GROWTH_MB = 20;
const MOST_MORE_DESCRIPTORS = 30;
/** What open connections were made in is kept with them; a minute of load makes ten thousand. */
const MOST_SPANS = 150;

/** The real service, three workers on PostgreSQL, everything exported, a budget in force. */
export class Scene {
  readonly #acknowledged: Outcome[] = [];
  #seed = 0;

  private constructor(
    readonly postgres: PostgresServer,
    readonly wire: Wire,
    readonly databaseUrl: string,
    readonly provider: FakeProvider,
    readonly receiver: OtlpReceiver,
    readonly dataDir: string,
    readonly env: Record<string, string>,
    public service: ServiceProcess,
  ) {}

  /** @param more - environment, beside what connects the service to its surroundings */
  static async set(more: Record<string, string> = {}): Promise<Scene> {
    const postgres = await startPostgres();
    const databaseUrl = await postgres.createDatabase('faults');
    const wire = await Wire.to(Number(new URL(databaseUrl).port));
    const provider = await startFakeProvider({ latencyMs: [5, 60], words: 20, chunkDelayMs: 2 });
    const receiver = await OtlpReceiver.start();
    const dataDir = await mkdtemp(join(tmpdir(), 'spanledger-faults-'));
    const throughWire = new URL(databaseUrl);
    throughWire.port = String(wire.port);
    const env = {
      WORKERS: '3',
      DATABASE_URL: throughWire.href,
      DATA_DIR: dataDir,
      ANTHROPIC_API_KEY: 'test-key',
      ANTHROPIC_BASE_URL: provider.url,
      LLM_TIMEOUT_MS: '3000',
      LLM_MAX_RETRIES: '1',
      NODE_OPTIONS: `--import ${new URL('instruments.mjs', import.meta.url).pathname}`,
      FAULTS_LEVELS: dataDir,
      ...receiver.env,
      ...more,
    };
    const service = await ServiceProcess.start(env);
    const budget = { scope: 'global', period: 'day', limit_usd: '1000' };
    const key = process.env.SPANLEDGER_API_KEY;
    const headers = key ? { authorization: `Bearer ${key}` } : {};
    expect((await service.post('/budgets', budget, { headers })).status).toBe(201);
    const scene = new Scene(postgres, wire, databaseUrl, provider, receiver, dataDir, env, service);
    await scene.#warmUp();
    return scene;
  }

  async strike(): Promise<void> {
    await ServiceProcess.killAll();
    await this.receiver.stop();
    await this.provider.close();
    await this.wire.close();
    await this.postgres.stop();
    await rm(this.dataDir, { recursive: true });
  }

  get workers(): number[] {
    return childrenOf(this.service.child.pid ?? 0);
  }

  /** What the service said went wrong with itself, for whoever reads a test that failed. */
  get errors(): string {
    const errors = this.service.lines.filter(({ error_type: type }) => type !== undefined);
    return errors
      .map((line) => JSON.stringify(line))
      .join('\n')
      .slice(-5_000);
  }

  /** Another process in its place, as an orchestrator would start it. */
  async startAgain(): Promise<void> {
    const { port } = new URL(this.service.url);
    this.service = await ServiceProcess.start({ ...this.env, PORT: port });
  }

  /**
   * Does `fault` under load, sees to it that all is well again afterwards, and gives the load.
   *
   * @param fault - resolves when the cause is gone
   */
  async under(fault: () => Promise<void>): Promise<Load> {
    const before = await this.#level();
    const load = new Load(this.service.url, RATE_PER_SECOND, ++this.#seed);
    await sleep(BEFORE_MS);
    await fault();
    await this.#ready();
    await sleep(AFTER_MS);
    await load.stop();
    this.#acknowledged.push(...load.acknowledged);
    await this.#isWell(before);
    return load;
  }

  /** What was never booked or booked otherwise than told, of all that was acknowledged so far. */
  lost(): Promise<string[]> {
    return differences(queryOf(this.databaseUrl), this.#acknowledged);
  }

  /**
   * That after all the faults no money is held and no span is kept. What a killed process held is
   * freed when its time is over, a minute after the call's deadline; spans wait for their export.
   */
  async leavesNothing(): Promise<void> {
    const held = () =>
      queryOf(this.databaseUrl)(
        `SELECT (SELECT count(*)::int FROM budget_hold) AS holds,
           (SELECT coalesce(sum(held), 0)::text FROM budget_window) AS held`,
      );
    const nothing = [{ holds: 0, held: '0' }];
    await expect.poll(held, { timeout: 120_000, interval: 1_000 }).toEqual(nothing);
    const spans = () => spansOf(this.workers, this.dataDir);
    await expect.poll(spans, { timeout: 60_000, interval: 1_000 }).toBeLessThan(MOST_SPANS);
  }

  async #warmUp(): Promise<void> {
    await vi.waitFor(() => expect(this.workers).toHaveLength(3), 20_000);
    const load = new Load(this.service.url, RATE_PER_SECOND * 2, 1_000);
    await sleep(4_000);
    await load.stop();
  }

  #level(): Promise<Level> {
    return levelOf(this.workers, this.dataDir);
  }

  async #ready(): Promise<void> {
    const status = async () =>
      (await this.service.get('/health/ready').catch(() => undefined))?.status;
    await expect.poll(status, { timeout: READY_WITHIN_MS, interval: 100 }).toBe(200);
  }

  async #isWell(before: Level): Promise<void> {
    await expect.poll(() => this.workers.length, { timeout: 20_000 }).toBe(3);
    await this.#ready();
    await expect
      .poll(async () => (await this.service.get('/metrics')).text, { timeout: 20_000 })
      .toMatch(/^spanledger_ledger_spilled 0$/m);
    expect(await this.lost()).toEqual([]);
    expect(this.service.output).not.toMatch(/"level":"FATAL"|nhandled/);
    await expect
      .poll(() => this.#grown(before), { timeout: 30_000, interval: 500 })
      .toEqual({ heap: false, descriptors: false });
  }

  async #grown(before: Level): Promise<{ heap: boolean; descriptors: boolean }> {
    const now = await this.#level();
    return {
      heap: now.heapMb > before.heapMb + MOST_GROWTH_MB,
      descriptors: now.descriptors > before.descriptors + MOST_MORE_DESCRIPTORS,
    };
  }
}
