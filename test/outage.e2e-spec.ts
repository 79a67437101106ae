import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startFakeProvider, type FakeProvider } from '../demo/fake-provider/index.ts';
import type { UsageReport } from '../src/ledger/usage/usage.schema.js';
import { postgresInstalled } from './support/postgres-binaries.js';
import { startPostgres, type PostgresServer } from './support/postgres-server.js';
import { ServiceProcess } from './support/service-process.js';

describe.runIf(postgresInstalled())('while PostgreSQL is away', () => {
  let server: PostgresServer;
  let provider: FakeProvider;
  let service: ServiceProcess;
  let base: Record<string, string>;

  beforeAll(async () => {
    server = await startPostgres();
    provider = await startFakeProvider();
    base = { ANTHROPIC_API_KEY: 'test-key', ANTHROPIC_BASE_URL: provider.url };
  });
  afterAll(async () => {
    await ServiceProcess.killAll();
    await provider.close();
    await server.stop();
  });

  const chat = (message: string) => service.post('/chat', { message });

  it('waits a short outage out, and says 503 of what needs it; then goes on by itself', async () => {
    const url = await server.createDatabase('outage');
    service = await ServiceProcess.start({ ...base, DATABASE_URL: url });
    expect((await chat('Before')).status).toBe(200);

    await server.kill9();
    expect((await service.get('/health/live')).status).toBe(200);
    expect((await service.get('/health/ready')).status).toBe(503);
    expect((await service.get('/health')).body).toMatchObject({ status: 'degraded' });
    const usage = await service.get('/usage');
    expect(usage.status).toBe(503);
    expect(usage.headers.get('retry-after')).toBe('5');
    expect(usage.text).not.toMatch(/ECONN|postgres:/);

    // The call is paid for: its answer waits until it can be booked.
    const waiting = chat('Meanwhile');
    await expect
      .poll(() => JSON.stringify(provider.requests.at(-1)?.body ?? ''))
      .toContain('Meanwhile');
    await server.restart();
    const answer = await waiting;
    expect(answer.status).toBe(200);

    await expect.poll(async () => (await service.get('/health/ready')).status).toBe(200);
    expect((await chat('After')).status).toBe(200);
    const { body } = await service.get<UsageReport>('/usage');
    expect(body.total.calls).toBe(3);
    expect(await service.end('SIGTERM')).toBe(0);
  }, 60_000);

  it('keeps the entries of a longer outage on the disk, and books them later, once', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'spanledger-outage-'));
    const env = { ...base, DATABASE_URL: await server.createDatabase('long'), DATA_DIR: dataDir };
    service = await ServiceProcess.start(env);
    const budget = { scope: 'global', period: 'day', limit_usd: '100' };
    expect((await service.post('/budgets', budget)).status).toBe(201);
    provider.setOptions({ latencyMs: 700 });
    // Of these the money is held already when the database goes.
    const held = Array.from({ length: 5 }, (_, n) => chat(`Held ${n}`));
    await sleep(400);
    await server.kill9();
    expect((await Promise.all(held)).map(({ status }) => status)).toEqual(held.map(() => 200));
    provider.setOptions({ latencyMs: 0 });
    await expect.poll(() => service.output).toMatch(/does not take entries .* are kept in/);
    expect((await service.get('/metrics')).text).toMatch(/^spanledger_ledger_spilled 5$/m);
    expect((await service.get('/metrics')).text).toMatch(/^spanledger_ledger_failures_total 0$/m);

    // Also after a death in between.
    await service.end('SIGKILL');
    await server.restart();
    service = await ServiceProcess.start(env);
    await expect
      .poll(() => service.output, { timeout: 15_000 })
      .toMatch(/5 entries that were kept on disk are booked/);
    expect((await service.get('/metrics')).text).toMatch(/^spanledger_ledger_spilled 0$/m);
    const { body } = await service.get<UsageReport>('/usage');
    expect(body.total.calls).toBe(5);
    const { body: budgets } = await service.get<{ budgets: Array<{ windows: unknown[] }> }>(
      '/budgets',
    );
    expect(JSON.stringify(budgets)).toContain(`"spent_usd":"${body.total.cost_usd}"`);
    expect(JSON.stringify(budgets)).toContain('"held_usd":"0"');
    expect(await service.end('SIGTERM')).toBe(0);
    await rm(dataDir, { recursive: true });
  }, 90_000);
});
