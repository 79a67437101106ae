import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { startFakeProvider, type FakeProvider } from '../demo/fake-provider/index.ts';
import { SOCKETS } from '../src/port/sockets.js';
import { OtlpReceiver } from './support/otlp-receiver.js';
import { postgresInstalled } from './support/postgres-binaries.ts';
import { startPostgres, type PostgresServer } from './support/postgres-server.ts';
import { ServiceProcess } from './support/service-process.js';

/** For processes that start one after the other under load, on a machine that may be busy. */
const PATIENCE_MS = 120_000;
vi.setConfig({ testTimeout: 2 * PATIENCE_MS });

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
    expect.poll(() => workersOf(service).length, { timeout: PATIENCE_MS }).toBe(count);

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
    for (const [n, victim] of workersOf(service).entries()) {
      await ask(service, 60);
      const now = await counted(service);
      expect(now).toBe(before + 60);
      process.kill(victim, 'SIGKILL');
      // Until its supervisor knows, a connection may still be given to the dead.
      await expect.poll(() => service.output).toContain(`Worker ${victim} ended by SIGKILL`);
      before = await counted(service);
      expect(before).toBeGreaterThanOrEqual(now);
      await allListen(service, 4 + n);
    }
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

  it('have telemetry of their own each, and have sent all of it when they end', async () => {
    const receiver = await OtlpReceiver.start();
    const service = await ServiceProcess.start({ ...env, ...receiver.env });
    await allListen(service, 3);
    await ask(service, 60);
    expect(await service.end('SIGTERM')).toBe(0);
    const served = receiver.spans.filter(({ name }) => name === 'GET /items/:item_id');
    expect(served).toHaveLength(60);
    const instances = new Set(served.map(({ resource }) => resource['service.instance.id']));
    expect(instances).not.toContain(undefined);
    expect(instances.size).toBe(3);
    await receiver.stop();
  });

  it('all take a key that one of them has just made', async () => {
    const admin = 'ops-key-0123456789abcdef0123456789abcdef';
    const service = await ServiceProcess.start({
      ...env,
      API_KEYS: `ops:admin:${admin}`,
      // Its own: a service that ever had a key asks for one for ever.
      DATABASE_URL: await database.createDatabase('keys'),
    });
    await allListen(service, 3);
    const as = (key: string) => ({
      headers: { authorization: `Bearer ${key}`, connection: 'close' },
    });
    const made = await service.post<{ key: string }>('/keys', { name: 'app' }, as(admin));
    expect(made.status).toBe(201);
    const answers = Array.from({ length: 12 }, () => service.get('/usage', as(made.body.key)));
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(
      answers.map(() => 200),
    );
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
    const service = ServiceProcess.spawn({ ...env, PRICES_FILE: '/nowhere/prices.json' });
    expect(await service.ended()).toBe(1);
    expect(service.output).toMatch(/Workers end again and again and none serves/);
  });

  it('are not started on a port that another has', async () => {
    const service = ServiceProcess.spawn({ ...env, PORT: new URL(provider.url).port });
    expect(await service.ended()).toBe(1);
    expect(service.output).toMatch(/^The service did not start: listen EADDRINUSE/m);
    expect(service.output).not.toContain('Supervising');
  });

  it.runIf(process.platform === 'linux')(
    'have many sockets each on the port, because they take one connection of each in a turn',
    async () => {
      const service = await ServiceProcess.start(env);
      await allListen(service, 3);
      const port = Number(new URL(service.url).port);
      expect(await listeningSockets(port)).toBe(3 * SOCKETS);
      process.kill(workersOf(service)[0] ?? 0, 'SIGKILL');
      // Nobody is given to the dead one, and the next has as many again.
      await expect.poll(() => listeningSockets(port), { timeout: 10_000 }).toBe(2 * SOCKETS);
      await allListen(service, 4);
      expect(await listeningSockets(port)).toBe(3 * SOCKETS);
    },
  );

  it('get no new connections when one is asked to end by itself, while it finishes what it has', async () => {
    const service = await ServiceProcess.start(env);
    await allListen(service, 3);
    provider.setOptions({ latencyMs: 5_000 });
    const inHand = Array.from({ length: 30 }, () => service.post('/chat', { message: 'Slow' }));
    const anyDone = Promise.race(inHand).then(() => 'first the slow');
    await sleep(1_000);
    const leaving = workersOf(service)[0] ?? 0;
    process.kill(leaving, 'SIGTERM');
    await expect.poll(() => service.output).toContain('SIGTERM: stopping');
    const answers = ask(service, 60).then((all) => all.map(({ status }) => status));
    expect(await Promise.race([answers, anyDone])).toEqual(Array<number>(60).fill(200));
    expect((await Promise.all(inHand)).map(({ status }) => status)).toEqual(inHand.map(() => 200));
    provider.setOptions({ latencyMs: 0 });
  });

  /** Asks without a pause over kept connections, until it is told to stop; gives what failed. */
  async function load(service: ServiceProcess, stop: AbortSignal): Promise<string[]> {
    const failures: string[] = [];
    await Promise.all(
      Array.from({ length: 6 }, async (_, n) => {
        while (!stop.aborted) {
          const answer = await service.get(`/items/${n}`).catch((error: unknown) => String(error));
          if (typeof answer === 'string') failures.push(answer);
          else if (answer.status !== 200) failures.push(String(answer.status));
          else answered += 1;
          await sleep(5);
        }
      }),
    );
    return failures;
  }
  let answered = 0;

  it('are replaced one after the other at SIGHUP, and no request is dropped', async () => {
    const service = await ServiceProcess.start(env);
    await allListen(service, 3);
    const stop = new AbortController();
    answered = 0;
    const failures = load(service, stop.signal);
    await sleep(300);
    service.child.kill('SIGHUP');
    await allListen(service, 6);
    const replaced = () =>
      service.lines.filter(({ message }) => /is replaced: SIGHUP/.test(String(message))).length;
    expect(replaced()).toBe(3);
    await sleep(2_000);
    stop.abort();
    expect(await failures).toEqual([]);
    expect(answered).toBeGreaterThan(100);
    // What the old ones had counted is still there.
    expect(await counted(service)).toBe(answered);
    expect(await service.end('SIGTERM')).toBe(0);
  });

  it('finish a call that takes longer than SHUTDOWN_TIMEOUT_MS when they are replaced, not when all end', async () => {
    const service = await ServiceProcess.start({ ...env, SHUTDOWN_TIMEOUT_MS: '300' });
    await allListen(service, 3);
    provider.setOptions({ latencyMs: 4_000 });
    const slow = Array.from({ length: 6 }, () => service.post('/chat', { message: 'Slow' }));
    await sleep(400);
    service.child.kill('SIGHUP');
    expect((await Promise.all(slow)).map(({ status }) => status)).toEqual(slow.map(() => 200));
    await allListen(service, 6);

    const cut = service.post('/chat', { message: 'Slow' }).catch((error: unknown) => error);
    await sleep(400);
    // Some of them retire at this moment: the deadline of the service holds for them as well.
    service.child.kill('SIGHUP');
    await expect.poll(() => workersOf(service).length, { timeout: PATIENCE_MS }).toBeGreaterThan(6);
    await sleep(1_200);
    expect(await service.end('SIGTERM')).toBe(0);
    provider.setOptions({ latencyMs: 0 });
    await cut;
  });

  it('end with 0 when SIGTERM comes while they start', async () => {
    const service = ServiceProcess.spawn(env);
    await expect.poll(() => service.output, { timeout: PATIENCE_MS }).toContain('Supervising');
    expect(await service.end('SIGTERM')).toBe(0);
  });

  it('are replaced after their share of requests, and no request is dropped', async () => {
    const service = await ServiceProcess.start({ ...env, WORKERS: '2', WORKER_MAX_REQUESTS: '50' });
    await allListen(service, 2);
    const stop = new AbortController();
    answered = 0;
    const failures = load(service, stop.signal);
    await expect.poll(() => workersOf(service).length, { timeout: PATIENCE_MS }).toBeGreaterThan(3);
    await sleep(2_000);
    stop.abort();
    expect(await failures).toEqual([]);
    expect(await counted(service)).toBe(answered);
    expect(service.output).toMatch(/is replaced: it has answered \d+ requests/);
    expect(await service.end('SIGTERM')).toBe(0);
  });

  it('go on as they are when a successor does not come up, and read their files anew when it does', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'spanledger-prices-'));
    const file = join(folder, 'prices.json');
    await writeFile(file, '{"prices": []}');
    const service = await ServiceProcess.start({ ...env, WORKERS: '2', PRICES_FILE: file });
    await allListen(service, 2);
    await writeFile(file, 'no prices');
    service.child.kill('SIGHUP');
    await expect
      .poll(() => service.output, { timeout: PATIENCE_MS })
      .toMatch(/A successor ended before/);
    expect((await service.get('/health/ready')).status).toBe(200);
    expect(workersOf(service)).toHaveLength(2);

    const price = { model: 'claude-of-file', input: '1', output: '1' };
    await writeFile(file, JSON.stringify({ prices: [price] }));
    service.child.kill('SIGHUP');
    await allListen(service, 4);
    await sleep(2_000);
    for (let n = 0; n < 6; n += 1) {
      const init = { headers: { connection: 'close' } };
      expect((await service.get('/prices?model=claude-of-file', init)).status).toBe(200);
    }
    expect(await service.end('SIGTERM')).toBe(0);
    await rm(folder, { recursive: true });
  });
});

/** How many sockets listen on a port of the loopback, as the system says. */
async function listeningSockets(port: number): Promise<number> {
  const local = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = (await readFile('/proc/net/tcp', 'utf8')).split('\n');
  return rows.filter((row) => row.includes(` ${local} 00000000:0000 0A `)).length;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
