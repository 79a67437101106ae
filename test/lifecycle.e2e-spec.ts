import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startFakeProvider, type FakeProvider } from '../demo/fake-provider/index.ts';
import { freshDatabase, type TestDatabase } from './support/database.js';
import { ServiceProcess } from './support/service-process.js';

describe('start and stop', () => {
  let provider: FakeProvider;
  let database: TestDatabase;
  let env: Record<string, string>;

  beforeAll(async () => {
    provider = await startFakeProvider({ seed: 1 });
    database = await freshDatabase();
    env = { ...database.env, ANTHROPIC_API_KEY: 'test-key', ANTHROPIC_BASE_URL: provider.url };
  });
  afterEach(() => ServiceProcess.killAll());
  afterAll(async () => {
    await provider.close();
    await database.drop();
  });

  it('names every wrong variable at once and exits with 1', async () => {
    const service = ServiceProcess.spawn({ PORT: 'abc', LLM_TIMEOUT_MS: '-1' });
    await once(service.child, 'close');
    expect(service.child.exitCode).toBe(1);
    expect(service.output).toContain('PORT:');
    expect(service.output).toContain('LLM_TIMEOUT_MS:');
    expect(service.output).not.toMatch(/at .*\.js:\d+/);
  });

  it('names the faults of PRICES_FILE by line and exits with 1', async () => {
    const file = join(database.env.DATA_DIR, 'prices.json');
    await writeFile(
      file,
      '{\n  "prices": [\n    { "model": "m", "input": "abc", "output": "1" }\n  ]\n}\n',
    );
    const service = ServiceProcess.spawn({ ...env, PRICES_FILE: file });
    await once(service.child, 'close');
    expect(service.child.exitCode).toBe(1);
    expect(service.output).toMatch(/PRICES_FILE:.*prices\.json/);
    expect(service.output).toMatch(/3/);
  });

  it('finishes the requests in hand on SIGTERM, refuses new ones, exits with 0', async () => {
    const service = await ServiceProcess.start(env);
    provider.setOptions({ latencyMs: 800 });
    // A connection that never asks anything must not hold the shutdown.
    const idle = connect(Number(new URL(service.url).port), '127.0.0.1');
    await once(idle, 'connect');
    const slow = service.post('/chat', { message: 'Let me finish' });
    await expect
      .poll(() => JSON.stringify(provider.requests.at(-1)?.body ?? ''))
      .toContain('finish');
    const ended = service.end('SIGTERM');
    expect((await slow).status).toBe(200);
    expect(await ended).toBe(0);
    idle.destroy();
    provider.setOptions({ latencyMs: 0 });
    await expect(service.get('/health')).rejects.toThrow();
  });

  it('does the same on SIGHUP, and ends with 0 when it is told to while it starts', async () => {
    const service = await ServiceProcess.start(env);
    provider.setOptions({ latencyMs: 800 });
    const slow = service.post('/chat', { message: 'Hang up' });
    await expect
      .poll(() => JSON.stringify(provider.requests.at(-1)?.body ?? ''))
      .toContain('Hang up');
    const ended = service.end('SIGHUP');
    expect((await slow).status).toBe(200);
    expect(await ended).toBe(0);
    provider.setOptions({ latencyMs: 0 });

    const starting = ServiceProcess.spawn(env);
    await expect.poll(() => starting.output, { timeout: 30_000 }).toContain('Starting Nest');
    expect(await starting.end('SIGTERM')).toBe(0);
    expect(starting.output).not.toContain('Listening');
  });

  it('cuts what is not finished by the deadline', async () => {
    const service = await ServiceProcess.start({ ...env, SHUTDOWN_TIMEOUT_MS: '300' });
    provider.setFault({ kind: 'hang', times: 1 });
    const hanging = service.post('/chat', { message: 'Never' }).catch((error: unknown) => error);
    await expect
      .poll(() => JSON.stringify(provider.requests.at(-1)?.body ?? ''))
      .toContain('Never');
    expect(await service.end('SIGTERM')).toBe(0);
    expect(await hanging).toBeInstanceOf(Error);
  });

  it('starts without a key, and says in one line what to set', async () => {
    const service = await ServiceProcess.start({ ...database.env });
    expect((await service.post('/chat', { message: 'x' })).status).toBe(503);
    expect(await service.end('SIGINT')).toBe(0);
    const about = service.lines.filter(({ message }) =>
      String(message).includes('ANTHROPIC_API_KEY'),
    );
    expect(about).toHaveLength(1);
  });

  it('writes every line as JSON, one for each request, with the ids of its trace', async () => {
    const service = await ServiceProcess.start(env);
    const { body } = await service.post('/chat', { message: 'Hello' });
    await service.get('/items/1?token=secret');
    await service.end('SIGTERM');
    const written = service.output.trim().split('\n');
    expect(written.filter((line) => !line.startsWith('{'))).toEqual([]);
    for (const line of service.lines) {
      expect(line).toMatchObject({
        timestamp: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/),
        level: expect.stringMatching(/^[A-Z]+$/),
        service: 'spanledger',
        message: expect.any(String),
      });
    }
    const chats = service.lines.filter(({ endpoint }) => endpoint === '/chat');
    expect(chats).toHaveLength(1);
    expect(chats[0]).toMatchObject({
      method: 'POST',
      status_code: 200,
      trace_id: body.trace_id,
      model: body.model,
      cost: body.cost_usd,
      duration_ms: expect.any(Number),
      request_id: expect.any(String),
    });
    expect(service.output).not.toContain('secret');
    expect(service.lines.some(({ endpoint }) => endpoint === '/health/ready')).toBe(false);
  });

  it("prints the provider's own span under the request's, when traces go to the console", async () => {
    const service = await ServiceProcess.start({ ...env, OTEL_TRACES_EXPORTER: 'console' });
    const { body } = await service.post('/chat', { message: 'Trace me' });
    await service.end('SIGTERM');
    expect(service.output).toContain('anthropic.messages.create');
    expect(service.output).toContain('POST /chat');
    expect(service.output.split(String(body.trace_id)).length).toBeGreaterThan(2);
  });

  it.runIf(!process.env.TEST_DATABASE_URL)(
    'refuses a data folder that another process holds',
    async () => {
      const first = await ServiceProcess.start(env);
      const second = ServiceProcess.spawn(env);
      await once(second.child, 'close');
      expect(second.child.exitCode).toBe(1);
      expect(second.output).toContain('DATABASE_URL');
      expect((await first.get('/health/ready')).status).toBe(200);
      await first.end('SIGTERM');
    },
  );

  it('keeps answers over a restart: a repeated key gets the first', async () => {
    const key = { headers: { 'idempotency-key': 'over-restart' } };
    const before = await ServiceProcess.start(env);
    const first = await before.post('/chat', { message: 'Remember this' }, key);
    expect(await before.end('SIGKILL')).toBeNull();
    const calls = provider.requests.length;
    const after = await ServiceProcess.start(env);
    const repeat = await after.post('/chat', { message: 'Remember this' }, key);
    expect(repeat.text).toBe(first.text);
    expect(provider.requests.length).toBe(calls);
    await after.end('SIGTERM');
  });
});
