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

  beforeAll(async () => {
    server = await startPostgres();
    provider = await startFakeProvider();
    service = await ServiceProcess.start({
      DATABASE_URL: await server.createDatabase('outage'),
      ANTHROPIC_API_KEY: 'test-key',
      ANTHROPIC_BASE_URL: provider.url,
    });
  });
  afterAll(async () => {
    await ServiceProcess.killAll();
    await provider.close();
    await server.stop();
  });

  const chat = (message: string) => service.post('/chat', { message });

  it('waits a short outage out, and says 503 in a longer one; then goes on by itself', async () => {
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
});
