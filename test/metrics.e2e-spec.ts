import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startFakeProvider, type FakeProvider } from '../demo/fake-provider/index.ts';
import { freshDatabase, type TestDatabase } from './support/database.js';
import { OtlpReceiver } from './support/otlp-receiver.js';
import { ServiceProcess } from './support/service-process.js';

const OPEN_METRICS = { headers: { accept: 'application/openmetrics-text;version=1.0.0' } };
const AT_ONCE = 50;

describe('/metrics', () => {
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

  const valueOf = (text: string, series: string): number | undefined => {
    const line = text.split('\n').find((candidate) => candidate.startsWith(`${series} `));
    return line === undefined ? undefined : Number(line.slice(series.length + 1).split(' ')[0]);
  };

  it('speaks Prometheus text, and OpenMetrics to whoever asks, again and again', async () => {
    const service = await ServiceProcess.start(env);
    await service.get('/items/1');
    const open = await service.get('/metrics', OPEN_METRICS);
    expect(open.headers.get('content-type')).toMatch(/^application\/openmetrics-text; version=1/);
    expect(open.text).toMatch(/# TYPE fastapi_requests counter\n/);
    expect(open.text).toMatch(/# EOF\n$/);
    const plain = await service.get('/metrics');
    expect(plain.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    for (const { text } of [plain, await service.get('/metrics')]) {
      expect(text).toMatch(/# TYPE fastapi_requests_total counter\n/);
      expect(text).not.toContain('# EOF');
    }
    if (existsSync('/usr/bin/promtool')) {
      // 3: it parses, and promtool does not like names that prom-client gives.
      const { status } = spawnSync('promtool', ['check', 'metrics'], { input: plain.text });
      expect([0, 3]).toContain(status);
    }
  });

  it('leads by its exemplars to the trace and the log line of a request', async () => {
    const collector = await OtlpReceiver.start();
    try {
      const service = await ServiceProcess.start({ ...env, ...collector.env });
      const { body } = await service.post('/chat', { message: 'Three signals' });
      const { text } = await service.get('/metrics', OPEN_METRICS);
      await service.end('SIGTERM');
      const traceId = String(body.trace_id);
      const exemplars = text.split('\n').filter((line) => line.includes(`trace_id="${traceId}"`));
      expect(exemplars.map((line) => line.slice(0, line.indexOf('{')))).toEqual([
        'fastapi_request_duration_seconds_bucket',
        'gen_ai_client_inference_duration_seconds_bucket',
      ]);
      const spans = collector.spans.filter((span) => span.traceId === traceId);
      expect(spans.map(({ name }) => name)).toContain('POST /chat');
      const lines = service.lines.filter((line) => line.trace_id === traceId);
      expect(lines).toMatchObject([{ message: 'Request completed', endpoint: '/chat' }]);
    } finally {
      await collector.stop();
    }
  });

  it('has no exemplars of traces that nobody keeps', async () => {
    const service = await ServiceProcess.start(env);
    await service.post('/chat', { message: 'Not traced' });
    expect((await service.get('/metrics', OPEN_METRICS)).text).not.toContain('trace_id=');
  });

  it('keeps few series, whatever 10,000 strangers ask for', async () => {
    const service = await ServiceProcess.start(env);
    const series = async () =>
      (await service.get('/metrics')).text.split('\n').filter((line) => /^[a-z]/.test(line)).length;
    const send = async (ask: (n: number) => Promise<{ status: number }>, status: number) => {
      for (let n = 0; n < 10_000; n += AT_ONCE) {
        const answers = await Promise.all(Array.from({ length: AT_ONCE }, (_, k) => ask(n + k)));
        expect(answers.every((answer) => answer.status === status)).toBe(true);
      }
    };
    const chat = (n: number) => ({
      message: 'Hi',
      model: `claude-stranger-${n}`,
      user_id: `user-${n}`,
      conversation_id: `conv-${n}`,
    });
    await service.get('/items/1');
    await service.get('/unknown');
    await service.post('/chat', chat(10_000));
    const before = await series();
    await send((n) => service.get(`/items/${n}`), 200);
    await send((n) => service.get(`/unknown-${n}?q=${n}`), 404);
    await send((n) => service.post('/chat', chat(n)), 200);
    const { text } = await service.get('/metrics');
    // What is new are the series of Node's own garbage collector.
    expect((await series()) - before).toBeLessThan(100);
    expect(text).not.toContain('stranger');
    const labels = '{provider="anthropic",model="other",operation="chat",status="unpriced"}';
    expect(valueOf(text, `spanledger_calls_total${labels}`)).toBe(10_001);
  }, 240_000);

  it('counts requests that are left, and calls that fail', async () => {
    const service = await ServiceProcess.start(env);
    provider.setOptions({ latencyMs: 500 });
    const controller = new AbortController();
    const left = service.post('/chat', { message: 'Leave' }, { signal: controller.signal });
    setTimeout(() => controller.abort(), 100);
    await expect(left).rejects.toThrow();
    provider.setOptions({ latencyMs: 0 });
    provider.setFault({ kind: 'status', status: 400, times: 1 });
    await service.post('/chat', { message: 'Fail' });
    await expect
      .poll(async () => (await service.get('/metrics')).text, { timeout: 10_000 })
      .toMatch(/fastapi_request_duration_seconds_count\{[^}]*path="\/chat",status_code="499"\} 1/);
    const { text } = await service.get('/metrics');
    expect(text).toMatch(/spanledger_call_errors_total\{provider="anthropic",[^}]*\} 1/);
    expect(valueOf(text, 'fastapi_requests_in_progress')).toBe(0);
    await expect
      .poll(() => service.lines)
      .toContainEqual(expect.objectContaining({ message: 'Request aborted', status_code: 499 }));
  });

  it('does not notice an exporter that is down, and counts what is lost', async () => {
    const collector = await OtlpReceiver.start();
    try {
      const service = await ServiceProcess.start({
        ...env,
        ...collector.env,
        OTEL_EXPORTER_OTLP_TIMEOUT: '300',
        OTEL_BSP_MAX_QUEUE_SIZE: '20',
        OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '20',
        OTEL_BSP_SCHEDULE_DELAY: '100',
      });
      collector.behaviour = 'hang';
      const ask = () => service.get('/items/1');
      for (let n = 0; n < 10; n++) await Promise.all(Array.from({ length: AT_ONCE }, ask));
      const dropped = async () => {
        const { text } = await service.get('/metrics');
        const of = (reason: string) =>
          valueOf(text, `spanledger_telemetry_dropped_total{signal="traces",reason="${reason}"}`);
        return [of('queue_full'), of('export_failed')];
      };
      await expect
        .poll(async () => (await dropped()).every((count) => Number(count) > 0), {
          timeout: 20_000,
        })
        .toBe(true);
      await service.end('SIGTERM');
      const told = service.lines.filter(({ context }) => context === 'Telemetry');
      expect(told.map(({ message }) => message)).toEqual([
        expect.stringMatching(/^Telemetry is lost: \d+ spans/),
      ]);
      expect(service.lines.filter(({ level }) => level === 'ERROR')).toEqual([]);
    } finally {
      await collector.stop();
    }
  });
});
