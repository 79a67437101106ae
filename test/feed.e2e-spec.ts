import Anthropic from '@anthropic-ai/sdk';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SpanledgerSpanProcessor, withConversation, withWorkflow } from '../src/genai/index.js';
import { LedgerFeed } from '../src/ledger/index.js';
import { TestService } from './support/test-service.js';

describe("calls of an application's own client", () => {
  let service: TestService;
  let client: Anthropic;

  beforeAll(async () => {
    service = await TestService.start();
    const tracerProvider = new TracerProvider({ spanProcessors: [new SpanledgerSpanProcessor()] });
    client = new Anthropic({
      apiKey: 'test',
      baseURL: service.provider.url,
      maxRetries: 0,
      openTelemetry: { tracerProvider },
    });
  });
  afterAll(() => service.stop());
  beforeEach(() => service.provider.clearFaults());

  const ask = (content: string) =>
    client.messages.create({
      model: 'claude-sonnet-5',
      max_tokens: 99,
      messages: [{ role: 'user', content }],
    });
  const booked = (responseId: string) =>
    service.query<Record<string, unknown>>('SELECT * FROM ledger_entry WHERE response_id = $1', [
      responseId,
    ]);

  it('are booked, with their cost and scope, though no one told the ledger', async () => {
    const message = await withConversation({ id: 'conv_own', userId: 'ada', turn: 4 }, () =>
      withWorkflow({ id: 'wf_own', type: 'support' }, () => ask('Hello')),
    );
    await expect.poll(() => booked(message.id)).toHaveLength(1);
    const [entry] = await booked(message.id);
    // claude-sonnet-5: 2 USD in, 10 USD out per million tokens.
    const cost =
      BigInt(message.usage.input_tokens) * 2_000_000n +
      BigInt(message.usage.output_tokens) * 10_000_000n;
    expect(entry).toMatchObject({
      provider: 'anthropic',
      status: 'ok',
      cost_total: cost.toString(),
      conversation_id: 'conv_own',
      turn_number: 4,
      workflow_id: 'wf_own',
      workflow_type: 'support',
      user_id: 'ada',
    });
  });

  it('that fail are booked as failed', async () => {
    service.provider.setFault({ kind: 'status', status: 500, times: 1 });
    await expect(ask('Broken')).rejects.toThrow();
    await expect
      .poll(() => service.query(`SELECT error_type FROM ledger_entry WHERE status = 'error'`))
      .toEqual([{ error_type: 'api_error' }]);
  });

  it('are one entry when the service booked the same response', async () => {
    service.provider.setOptions({ responseId: 'msg_twice' });
    await service.post('/chat', { message: 'Mine' });
    await ask('Mine as well');
    await expect.poll(() => service.app.get(LedgerFeed).waiting).toBe(0);
    expect(await booked('msg_twice')).toHaveLength(1);
    service.provider.setOptions({ responseId: undefined });
  });

  it('lose nothing when they come in numbers', async () => {
    const messages = await Promise.all(Array.from({ length: 200 }, (_, n) => ask(`Call ${n}`)));
    await expect.poll(() => service.app.get(LedgerFeed).waiting).toBe(0);
    const ids = messages.map(({ id }) => id);
    const rows = await service.query('SELECT 1 FROM ledger_entry WHERE response_id = ANY($1)', [
      ids,
    ]);
    expect(rows).toHaveLength(200);
    expect(service.app.get(LedgerFeed).dropped).toBe(0);
  });
});
