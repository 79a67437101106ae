import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startFakeProvider, type FakeProvider } from '../demo/fake-provider/index.ts';
import { freshDatabase, queryAtRest, type TestDatabase } from './support/database.js';
import { OtlpReceiver, type ReceivedSpan } from './support/otlp-receiver.js';
import { ServiceProcess } from './support/service-process.js';

const SERVER = 2;
const CLIENT = 3;

const isModelCall = ({ attributes }: ReceivedSpan) => 'gen_ai.response.id' in attributes;

describe('traces', () => {
  let provider: FakeProvider;
  let database: TestDatabase;
  let collector: OtlpReceiver;
  let env: Record<string, string>;

  beforeAll(async () => {
    provider = await startFakeProvider({ seed: 1 });
    database = await freshDatabase();
    collector = await OtlpReceiver.start();
    env = {
      ...database.env,
      ...collector.env,
      ANTHROPIC_API_KEY: 'test-key',
      ANTHROPIC_BASE_URL: provider.url,
    };
  });
  afterEach(() => ServiceProcess.killAll());
  afterAll(async () => {
    await collector.stop();
    await provider.close();
    await database.drop();
  });

  const spansOf = (traceId: unknown): ReceivedSpan[] =>
    collector.spans.filter((span) => span.traceId === traceId);

  it("show the provider SDK's own span under the request's, with what the call cost", async () => {
    const service = await ServiceProcess.start({ ...env, OTEL_SERVICE_NAME: 'shop' });
    const { body } = await service.post('/chat', {
      message: 'Trace me',
      user_id: 'ada',
      conversation_id: 'conv_1',
      tags: ['beta'],
    });
    await service.end('SIGTERM');

    const spans = spansOf(body.trace_id);
    const server = spans.find(({ kind }) => kind === SERVER);
    const calls = spans.filter(isModelCall);
    expect(server).toMatchObject({ name: 'POST /chat', resource: { 'service.name': 'shop' } });
    expect(server?.attributes).toMatchObject({
      'http.route': '/chat',
      'http.request.method': 'POST',
      'http.response.status_code': 200,
    });
    expect(calls).toHaveLength(1);
    expect(calls[0]?.parentSpanId).toBe(server?.spanId);
    expect(calls[0]?.attributes).toMatchObject({
      'gen_ai.request.model': 'claude-sonnet-5',
      'gen_ai.response.id': body.response_id,
      'gen_ai.usage.input_tokens': body.input_tokens,
      'gen_ai.usage.cost_usd': body.cost,
      'spanledger.cost.status': 'priced',
      'gen_ai.conversation.id': 'conv_1',
      'user.id': 'ada',
    });
  });

  it("leave the call's span id in the ledger, and continue the caller's trace", async () => {
    const service = await ServiceProcess.start(env);
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    await service.post(
      '/chat',
      { message: 'Continue' },
      { headers: { traceparent: `00-${traceId}-b7ad6b7169203331-01` } },
    );
    await service.end('SIGTERM');
    const call = spansOf(traceId).find(isModelCall);
    expect(spansOf(traceId).find(({ kind }) => kind === SERVER)?.parentSpanId).toBe(
      'b7ad6b7169203331',
    );
    const log = service.lines.find(({ endpoint }) => endpoint === '/chat');
    expect(log?.trace_id).toBe(traceId);
    const entries = await queryAtRest(
      database,
      `SELECT span_id FROM ledger_entry WHERE trace_id = '${traceId}'`,
    );
    expect(entries).toEqual([{ span_id: call?.spanId }]);
  });

  it('show a workflow with its steps, and its totals at the end', async () => {
    const service = await ServiceProcess.start(env);
    const { body } = await service.post('/workflow', {
      task: 'Trace this',
      workflow_type: 'report',
    });
    await service.end('SIGTERM');
    const spans = spansOf(body.trace_id);
    const workflow = spans.find(({ name }) => name === 'invoke_workflow report');
    const steps = spans.filter(
      ({ name, kind, parentSpanId }) =>
        parentSpanId === workflow?.spanId && (kind !== CLIENT || name.startsWith('anthropic')),
    );
    expect(workflow?.attributes).toMatchObject({
      'workflow.id': body.workflow_id,
      'workflow.type': 'report',
      'workflow.total_cost_usd': body.total_cost,
      'workflow.llm_calls': 2,
      'workflow.tool_calls': 1,
    });
    expect(steps.map(({ name }) => name).toSorted()).toEqual([
      'anthropic.messages.create',
      'anthropic.messages.create',
      'execute_tool database_query',
    ]);
  });

  it('show the statements of a request beneath it, and nothing of their values', async () => {
    const service = await ServiceProcess.start(env);
    const { body } = await service.post('/chat', { message: 'planted-words', user_id: 'ada' });
    await service.end('SIGTERM');
    const spans = spansOf(body.trace_id);
    const server = spans.find(({ kind }) => kind === SERVER);
    const insert = spans.find(({ name }) => name === 'INSERT ledger_entry');
    expect(insert).toMatchObject({
      kind: CLIENT,
      parentSpanId: server?.spanId,
      attributes: {
        'db.system.name': 'postgresql',
        'db.operation.name': 'INSERT',
        'db.collection.name': 'ledger_entry',
      },
    });
    expect(JSON.stringify(spans)).not.toContain('planted-words');
  });

  it("show a conversation's turn, with its number", async () => {
    const service = await ServiceProcess.start(env);
    const turn = { conversation_id: 'conv_traced', message: 'One' };
    await service.post('/conversation', turn);
    const { body } = await service.post('/conversation', turn);
    await service.end('SIGTERM');
    const root = spansOf(body.trace_id).find(({ name }) => name === 'conversation turn');
    expect(root?.attributes).toMatchObject({
      'gen_ai.conversation.id': 'conv_traced',
      'gen_ai.conversation.turn_number': 2,
    });
  });

  it('tell the same cost as the ledger when prices are overridden', async () => {
    const file = join(database.env.DATA_DIR, '..', `prices-${process.pid}.json`);
    const price = { provider: 'anthropic', model: 'claude-sonnet-5', input: '100', output: '200' };
    await writeFile(file, JSON.stringify({ prices: [price] }));
    const service = await ServiceProcess.start({ ...env, PRICES_FILE: file });
    const { body } = await service.post('/chat', { message: 'Dear' });
    await service.end('SIGTERM');
    // USD 100 and 200 per million are 0.0001 and 0.0002 a token.
    const expected = (Number(body.input_tokens) + 2 * Number(body.output_tokens)) / 10_000;
    expect(body.cost).toBe(expected);
    const call = spansOf(body.trace_id).find(({ name }) => name.startsWith('anthropic'));
    expect(call?.attributes['gen_ai.usage.cost_usd']).toBe(expected);
    await rm(file);
  });

  it.each([
    ['raw', 'Authorization=Basic dXNlcjpwYXNz'],
    ['URL-encoded', 'Authorization=Basic%20dXNlcjpwYXNz'],
  ])('are sent with headers given %s', async (_, headers) => {
    const service = await ServiceProcess.start({ ...env, OTEL_EXPORTER_OTLP_HEADERS: headers });
    await service.get('/items/1');
    await service.end('SIGTERM');
    expect(collector.headers.authorization).toBe('Basic dXNlcjpwYXNz');
  });

  it('follow the sampler that the standard variables name', async () => {
    const service = await ServiceProcess.start({ ...env, OTEL_TRACES_SAMPLER: 'always_off' });
    const { body } = await service.post('/chat', { message: 'Not sampled' });
    await service.end('SIGTERM');
    expect(spansOf(body.trace_id)).toEqual([]);
    expect(body.cost_status).toBe('priced');
  });

  it('mark what failed', async () => {
    const service = await ServiceProcess.start({ ...env, LLM_MAX_RETRIES: '0' });
    provider.setFault({ kind: 'status', status: 529, times: 1 });
    const { body } = await service.post('/chat', { message: 'Overloaded' });
    await service.end('SIGTERM');
    const [server] = spansOf(body.trace_id).filter(({ kind }) => kind === SERVER);
    expect(server).toMatchObject({ status: { code: 2 }, attributes: { 'error.type': '503' } });
  });
});
