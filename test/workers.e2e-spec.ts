import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startFakeProvider, type FakeProvider } from '../demo/fake-provider/index.ts';
import { postgresInstalled } from './support/postgres-binaries.ts';
import { startPostgres, type PostgresServer } from './support/postgres-server.ts';
import { ServiceProcess } from './support/service-process.js';

describe('more workers than one', () => {
  it('are refused without DATABASE_URL, with what to do', async () => {
    const service = ServiceProcess.spawn({ WORKERS: '2', DATA_DIR: 'memory://' });
    expect(await service.ended()).toBe(1);
    expect(service.output).toMatch(/WORKERS: more than one needs DATABASE_URL/);
  });
});

describe.skipIf(!postgresInstalled())('several workers on one PostgreSQL', () => {
  let provider: FakeProvider;
  let database: PostgresServer;
  let env: Record<string, string>;

  beforeAll(async () => {
    provider = await startFakeProvider();
    database = await startPostgres();
    env = {
      WORKERS: '3',
      DATABASE_URL: database.url,
      ANTHROPIC_API_KEY: 'test-key',
      ANTHROPIC_BASE_URL: provider.url,
    };
  });
  afterEach(() => ServiceProcess.killAll());
  afterAll(async () => {
    await database.stop();
    await provider.close();
  });

  const counted = async (service: ServiceProcess): Promise<number> => {
    const { text } = await service.get('/metrics');
    const line = /^fastapi_requests_total\{method="GET",path="\/items\/:item_id".*\} (\d+)$/m;
    return Number(line.exec(text)?.[1] ?? 0);
  };
  /** Each by a connection of its own, so that they spread over the workers. */
  const ask = (service: ServiceProcess, times: number) =>
    Promise.all(
      Array.from({ length: times }, (_, n) =>
        service.get(`/items/${n}`, { headers: { connection: 'close' } }),
      ),
    );
  const workersOf = (service: ServiceProcess): number[] => [
    ...new Set(
      service.lines
        .filter(({ message }) => String(message).startsWith('Listening'))
        .map(({ pid }) => Number(pid)),
    ),
  ];
  const allListen = (service: ServiceProcess, count: number) =>
    expect.poll(() => workersOf(service).length, { timeout: 30_000 }).toBe(count);

  it('answer one /metrics, which adds them up whichever is asked', async () => {
    const service = await ServiceProcess.start(env);
    await allListen(service, 3);
    await ask(service, 90);
    const counts = await Promise.all(Array.from({ length: 6 }, () => counted(service)));
    expect(counts).toEqual(Array.from({ length: 6 }, () => 90));
    expect(await service.end('SIGTERM')).toBe(0);
    expect(service.lines.at(-1)).toMatchObject({ message: 'Stopped', context: 'Supervisor' });
  });

  it('count on when one is killed: no counter goes back, and another takes its place', async () => {
    const service = await ServiceProcess.start(env);
    await allListen(service, 3);
    let before = 0;
    for (const victim of workersOf(service)) {
      await ask(service, 60);
      const now = await counted(service);
      expect(now).toBe(before + 60);
      process.kill(victim, 'SIGKILL');
      await sleep(50);
      before = await counted(service);
      expect(before).toBeGreaterThanOrEqual(now);
    }
    await allListen(service, 6);
    await ask(service, 30);
    expect(await counted(service)).toBe(before + 30);
    expect(service.lines).toContainEqual(
      expect.objectContaining({ level: 'WARN', message: expect.stringContaining('by SIGKILL') }),
    );
  });

  it('book every call that was answered, whoever answered it', async () => {
    const service = await ServiceProcess.start(env);
    await allListen(service, 3);
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, n) => service.post('/chat', { message: `Number ${n}` })),
    );
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    const { body } = await service.get<{ calls: number }>('/usage');
    expect(JSON.stringify(body)).toContain('"calls":60');
  });

  it('finish what they have in hand when their supervisor is killed', async () => {
    const service = await ServiceProcess.start(env);
    await allListen(service, 3);
    provider.setOptions({ latencyMs: 1_000 });
    const slow = Array.from({ length: 6 }, () => service.post('/chat', { message: 'Slow' }));
    await sleep(400);
    const pids = workersOf(service);
    service.child.kill('SIGKILL');
    expect((await Promise.all(slow)).map(({ status }) => status)).toEqual(slow.map(() => 200));
    provider.setOptions({ latencyMs: 0 });
    await expect.poll(() => pids.filter(isAlive), { timeout: 20_000 }).toEqual([]);
  });

  it('are given up when none can start', async () => {
    const taken = new URL(provider.url).port;
    const service = ServiceProcess.spawn({ ...env, PORT: taken });
    expect(await service.ended()).toBe(1);
    expect(service.output).toMatch(/Workers end again and again before they listen/);
  }, 120_000);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
