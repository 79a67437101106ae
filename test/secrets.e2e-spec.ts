import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { startFakeProvider, type FakeProvider } from '../demo/fake-provider/index.ts';
import { atRest, freshDatabase, type TestDatabase } from './support/database.js';
import { OtlpReceiver } from './support/otlp-receiver.js';
import { ServiceProcess } from './support/service-process.js';

/** What must be seen nowhere; where a prompt is stored by design, it is in the database alone. */
const PLANTED = {
  environmentKey: 'sk-ant-api03-planted1environment1key1AAAA',
  collectorHeader: 'planted2collector2header2AAAA',
  authorization: 'planted3bearer3token3AAAAAAAAAA',
  basic: Buffer.from('ada:planted4basic4password').toString('base64'),
  cookie: 'sk-proj-planted5cookie5AAAAAAAAAAAA',
  query: 'planted6query6string6AAAA',
  apiKeyHeader: 'planted7api7key7header7AAAA',
} as const;
const IN_PROMPTS = {
  anthropic: 'sk-ant-api03-planted8prompt8AAAAAAAA',
  github: 'ghp_planted9prompt9AAAAAAAAAAAAAAAA',
  aws: 'AKIAPLANTEDTENPROMPT',
  email: 'planted11@example.org',
  card: '4111 1111 1111 1111',
  iban: 'DE89 3704 0044 0532 0130 00',
  ip: '203.0.113.77',
} as const;
const ECHOED = 'sk-ant-api03-planted15echoed15by15provider';

describe('secrets', () => {
  let provider: FakeProvider;
  let database: TestDatabase;
  let collector: OtlpReceiver;
  let echo: Server;

  beforeAll(async () => {
    provider = await startFakeProvider({ seed: 1 });
    database = await freshDatabase();
    collector = await OtlpReceiver.start();
    // A provider whose errors repeat the key that it was sent.
    echo = createServer((_, response) => {
      response.writeHead(400, { 'content-type': 'application/json' });
      const message = `bad request with key ${ECHOED}; ${PLANTED.environmentKey}`;
      response.end(
        JSON.stringify({ type: 'error', error: { type: 'invalid_request_error', message } }),
      );
    }).listen(0, '127.0.0.1');
    await once(echo, 'listening');
  });
  afterEach(() => ServiceProcess.killAll());
  afterAll(async () => {
    echo.closeAllConnections();
    echo.close();
    await collector.stop();
    await provider.close();
    await database.drop();
  });

  const env = (): Record<string, string> => ({
    ...database.env,
    ...collector.env,
    OTEL_EXPORTER_OTLP_HEADERS: `x-token=${PLANTED.collectorHeader}`,
    ANTHROPIC_API_KEY: PLANTED.environmentKey,
    ANTHROPIC_BASE_URL: provider.url,
    LLM_MAX_RETRIES: '0',
    SPANLEDGER_CONTENT: 'redacted',
  });
  const prompt = `Remember ${Object.values(IN_PROMPTS).join(' and ')} for me`;

  async function drive(service: ServiceProcess): Promise<string[]> {
    const headers = {
      'content-type': 'application/json',
      authorization: `Bearer ${PLANTED.authorization}`,
      'proxy-authorization': `Basic ${PLANTED.basic}`,
      cookie: `session=${PLANTED.cookie}`,
      'x-api-key': PLANTED.apiKeyHeader,
    };
    const send = async (path: string, body: string, method = 'POST') => {
      const url = `${service.url}${path}?api_key=${PLANTED.query}`;
      const answer = await fetch(url, { method, headers, ...(method !== 'GET' && { body }) });
      return `${JSON.stringify([...answer.headers])}${await answer.text()}`;
    };
    return [
      await send('/chat', JSON.stringify({ message: prompt, system: prompt })),
      await send('/conversation', JSON.stringify({ conversation_id: 'c', message: prompt })),
      await send('/workflow', JSON.stringify({ task: prompt })),
      await send('/chat', '{"message": '),
      await send('/chat', JSON.stringify({ message: 7 })),
      await send('/nothing', '{}'),
      await send('/', '', 'GET'),
      await send('/usage', '', 'GET'),
      await send('/health', '', 'GET'),
      await send('/metrics', '', 'GET'),
    ];
  }

  it('are in nothing that the process emits, and credentials in no column', async () => {
    const service = await ServiceProcess.start(env());
    const answers = await drive(service);
    await service.end('SIGTERM');
    const failing = await ServiceProcess.start({
      ...env(),
      ANTHROPIC_BASE_URL: `http://127.0.0.1:${(echo.address() as AddressInfo).port}`,
    });
    answers.push(...(await drive(failing)));
    await failing.end('SIGTERM');

    const emitted = {
      output: service.output + failing.output,
      traces: JSON.stringify(collector.spans),
      // What a caller said may be repeated to that caller.
      answers: answers.join('\n'),
      database: await everyColumn(database),
    };
    const content = service.lines.filter(({ message }) => message === 'Captured content');
    expect(content.length).toBeGreaterThan(3);
    expect(JSON.stringify(content)).toContain('[redacted:email]');
    const traces = new Set(collector.spans.map(({ traceId }) => traceId));
    expect(content.every(({ trace_id }) => traces.has(String(trace_id)))).toBe(true);
    expect(emitted.traces).toContain('gen_ai.input.messages.sha256');

    const finds = (places: Array<keyof typeof emitted>, secrets: readonly string[]) =>
      places.flatMap((place) =>
        secrets.filter((secret) => emitted[place].includes(secret)).map((s) => `${s} in ${place}`),
      );
    expect([
      ...finds(['output', 'traces', 'answers', 'database'], [...Object.values(PLANTED), ECHOED]),
      ...finds(['output', 'traces'], Object.values(IN_PROMPTS)),
    ]).toEqual([]);
  }, 120_000);

  it('reach the log as redacted content where nothing is exported, too', async () => {
    const service = await ServiceProcess.start({
      ...database.env,
      ANTHROPIC_API_KEY: 'key',
      ANTHROPIC_BASE_URL: provider.url,
      SPANLEDGER_CONTENT: 'redacted',
    });
    const { body } = await service.post('/chat', {
      message: 'Ask ada@example.org about xylophones',
    });
    await service.end('SIGTERM');
    const content = service.lines.filter(({ message }) => message === 'Captured content');
    expect(content.length).toBeGreaterThan(0);
    expect(content.every(({ trace_id }) => trace_id === body['trace_id'])).toBe(true);
    expect(JSON.stringify(content)).toMatch(/Ask \[redacted:email\] about xylophones/);
  });

  it('and content are in no line and no span while the mode is off', async () => {
    const service = await ServiceProcess.start({ ...env(), SPANLEDGER_CONTENT: 'off' });
    const seen = collector.spans.length;
    await service.post('/chat', { message: 'the word is xylophone' });
    await service.end('SIGTERM');
    expect(collector.spans.length).toBeGreaterThan(seen);
    expect(service.output + JSON.stringify(collector.spans.slice(seen))).not.toContain('xylophone');
    expect(JSON.stringify(collector.spans.slice(seen))).not.toContain('input.messages');
  });

  // The last: with a key in the database, callers need one.
  it('API keys are in no line, span, answer or column, whether they are in force or wrong', async () => {
    const [configured, wrong] = [
      'ops-0123456789abcdef0123456789abcdef',
      `sl_0123456789ab_${'w'.repeat(43)}`,
    ];
    const service = await ServiceProcess.start({ ...env(), API_KEYS: `ops:admin:${configured}` });
    const seen = collector.spans.length;
    const as = (key: string) => ({ headers: { authorization: `Bearer ${key}` } });
    const made = await service.post<{ key: string }>('/keys', { name: 'x' }, as(configured));
    const answers = [
      await service.post('/chat', { message: 'Hi' }, as(made.body.key)),
      await service.post('/chat', { message: 'Hi' }, as(wrong)),
      await service.get('/keys', as(configured)),
      await service.get(`/items/${configured}`, as(configured)),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 401, 200, 422]);
    await service.end('SIGTERM');
    expect(collector.spans.length).toBeGreaterThan(seen);
    // A key of one's own making has no form by which a path could be redacted.
    const output = service.output.replaceAll(`/items/${configured}`, '');
    const emitted = [
      output,
      JSON.stringify(collector.spans).replaceAll(`/items/${configured}`, ''),
      JSON.stringify(answers.slice(0, 3)),
      await everyColumn(database),
    ];
    for (const secret of [configured, made.body.key, made.body.key.slice(-43), wrong]) {
      expect(emitted.map((text) => text.includes(secret))).toEqual([false, false, false, false]);
    }
  });
});

function everyColumn(database: TestDatabase): Promise<string> {
  return atRest(database, async (source) => {
    const tables = await source.query<Array<{ name: string }>>(
      `SELECT table_name AS name FROM information_schema.tables
       WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'`,
    );
    const rows: Array<{ row: string }> = [];
    for (const { name } of tables)
      rows.push(...(await source.query(`SELECT t::text AS row FROM "${name}" AS t`)));
    return rows.map(({ row }) => row).join('\n');
  });
}
