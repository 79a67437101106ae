import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startFakeProvider, type FakeProvider } from '../demo/fake-provider/index.ts';
import { freshDatabase, queryAtRest, type TestDatabase } from './support/database.js';
import { EventReader } from './support/event-reader.js';
import { OtlpReceiver } from './support/otlp-receiver.js';
import { ServiceProcess } from './support/service-process.js';

const CLIENT = 3;

describe.each([
  { model: 'claude-sonnet-5', api: undefined, input: 5 },
  { model: 'gpt-5.2', api: 'chat_completions', input: 5 },
  { model: 'gpt-5.2', api: 'responses', input: 5 },
])('the span of a stream of $model ($api)', ({ model, api, input }) => {
  let provider: FakeProvider;
  let database: TestDatabase;
  let collector: OtlpReceiver;
  let env: Record<string, string>;

  beforeAll(async () => {
    provider = await startFakeProvider({ seed: 1, words: 6, chunkDelayMs: 5 });
    database = await freshDatabase();
    collector = await OtlpReceiver.start();
    env = {
      ...database.env,
      ...collector.env,
      ANTHROPIC_API_KEY: 'test-key',
      ANTHROPIC_BASE_URL: provider.url,
      OPENAI_API_KEY: 'test-key',
      OPENAI_BASE_URL: `${provider.url}/v1`,
      ...(api && { OPENAI_API: api }),
    };
  });
  afterEach(() => ServiceProcess.killAll());
  afterAll(async () => {
    await collector.stop();
    await provider.close();
    await database.drop();
  });

  it('is one, whole, cut or without a stream, and agrees with the ledger', async () => {
    const service = await ServiceProcess.start(env);
    const whole = { message: 'Hello', model, stream: true, conversation_id: 'whole' };
    await (await EventReader.post(`${service.url}/chat`, whole)).rest();
    await service.post('/chat', { message: 'Hello', model, conversation_id: 'json' });
    provider.setFault({ kind: 'cut-stream', afterEvents: 6, by: 'hang', marker: 'left!' });
    const left = { message: 'left!', model, stream: true, conversation_id: 'left' };
    const reader = await EventReader.post(`${service.url}/chat`, left);
    await reader.next();
    reader.leave();
    await expect.poll(() => provider.requests.some(({ aborted }) => aborted)).toBe(true);
    await service.end('SIGTERM');

    const calls = collector.spans.filter(
      ({ kind, attributes }) => kind === CLIENT && !('db.system.name' in attributes),
    );
    expect(calls).toHaveLength(3);
    const spanOf = (id: string) =>
      calls.find(({ attributes }) => attributes['gen_ai.conversation.id'] === id);
    expect(spanOf('whole')?.attributes).toMatchObject({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': api ? 'openai' : 'anthropic',
      'gen_ai.request.model': model,
      'gen_ai.request.stream': true,
      'gen_ai.usage.input_tokens': input,
      'gen_ai.response.time_to_first_chunk': expect.any(Number),
      'spanledger.output_tokens_per_second': expect.any(Number),
      'spanledger.time_per_output_chunk': expect.any(Number),
      'spanledger.cost.status': 'priced',
    });
    expect(spanOf('json')?.attributes).toMatchObject({ 'spanledger.cost.status': 'priced' });
    expect(spanOf('json')?.attributes).not.toHaveProperty('spanledger.output_tokens_per_second');
    expect(spanOf('json')?.attributes).not.toHaveProperty('spanledger.time_per_output_chunk');
    const timed = collector.spans.filter(
      ({ attributes }) => 'spanledger.time_per_output_chunk' in attributes,
    );
    expect(timed.every((span) => calls.includes(span))).toBe(true);
    // What nobody counted is not on the span; the ledger has the estimate.
    expect(spanOf('left')?.attributes['spanledger.cost.status']).not.toBe('priced');
    expect(spanOf('left')?.attributes).not.toHaveProperty('gen_ai.usage.output_tokens');
    expect(spanOf('left')?.status.code).not.toBe(2);

    const entries = await queryAtRest<{ conversation_id: string; span_id: string; cost: string }>(
      database,
      'SELECT conversation_id, span_id, cost_status AS cost FROM ledger_entry ORDER BY started_at',
    );
    expect(entries).toHaveLength(3);
    for (const { conversation_id, span_id } of entries) {
      expect(spanOf(conversation_id)?.spanId, conversation_id).toBe(span_id);
    }
  });
});
