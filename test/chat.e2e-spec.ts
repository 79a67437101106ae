import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { chatAnswer, type ChatAnswer } from '../src/llm/chat/chat.schema.js';
import { formatUsd } from '../src/genai/pricing/index.js';
import { TestService } from './support/test-service.js';

describe('POST /chat', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.stop());
  beforeEach(() => service.provider.clearFaults());

  it('answers with text, tokens and cost', async () => {
    const { status, body } = await service.post<ChatAnswer>('/chat', {
      message: 'What is the capital of France?',
    });
    expect(status).toBe(200);
    expect(() => chatAnswer.strict().parse(body)).not.toThrow();
    expect(body.response.length).toBeGreaterThan(0);
    expect(body.model).toMatch(/^claude-sonnet-5/);
    expect(body.cost_status).toBe('priced');
    expect(body.trace_id).toMatch(/^[0-9a-f]{32}$/);
  });

  it("books exactly one entry, and answers with that entry's cost to the last digit", async () => {
    const { body } = await service.post<ChatAnswer>('/chat', {
      message: 'Count my tokens',
      user_id: 'ada',
      conversation_id: 'label-1',
      tags: ['test', 'one'],
      metadata: { team: 'billing', tier: 2, beta: true },
    });
    const entries = await service.query<Record<string, unknown>>(
      'SELECT * FROM ledger_entry WHERE response_id = $1',
      [body.response_id],
    );
    expect(entries).toHaveLength(1);
    const [entry] = entries;
    expect(entry).toMatchObject({
      provider: 'anthropic',
      operation: 'chat',
      request_model: 'claude-sonnet-5',
      status: 'ok',
      user_id: 'ada',
      conversation_id: 'label-1',
      tags: ['test', 'one'],
      metadata: { team: 'billing', tier: 2, beta: true },
      trace_id: body.trace_id,
      price_source: 'catalogue',
    });
    expect(body.cost_usd).toBe(formatUsd(BigInt(String(entry?.cost_total))));
    expect(body.cost).toBe(Number(body.cost_usd));
    // claude-sonnet-5: 2 USD in, 10 USD out per million tokens; nothing here is cached.
    const picodollars =
      BigInt(body.input_tokens) * 2_000_000n + BigInt(body.output_tokens) * 10_000_000n;
    expect(entry?.cost_total).toBe(picodollars.toString());
  });

  it('sends what was asked: system prompt, model, token limit', async () => {
    await service.post('/chat', {
      message: 'Hello',
      system: 'Answer in verse',
      model: 'claude-haiku-4-5-20251001',
      max_tokens: 77,
    });
    expect(service.provider.requests.at(-1)?.body).toMatchObject({
      model: 'claude-haiku-4-5-20251001',
      system: 'Answer in verse',
      max_tokens: 77,
      messages: [{ role: 'user', content: 'Hello' }],
    });
  });

  it('sends nothing of the trace or of the scope to the provider', async () => {
    await service.post(
      '/chat',
      { message: 'Hello', user_id: 'secret-user', tags: ['secret-tag'] },
      {
        headers: {
          traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
          baggage: 'user=secret-baggage',
        },
      },
    );
    const received = service.provider.requests.at(-1);
    expect(received?.headers).not.toHaveProperty('traceparent');
    expect(received?.headers).not.toHaveProperty('baggage');
    expect(JSON.stringify(received)).not.toContain('secret');
  });

  it('continues the trace of the caller', async () => {
    const { body } = await service.post<ChatAnswer>(
      '/chat',
      { message: 'Hello' },
      { headers: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' } },
    );
    expect(body.trace_id).toBe('0af7651916cd43dd8448eb211c80319c');
  });

  it('says that a model without a price is unpriced, and never calls it free', async () => {
    const { status, body } = await service.post<ChatAnswer>('/chat', {
      message: 'Hello',
      model: 'claude-next-generation',
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ cost: null, cost_usd: null, cost_status: 'unpriced' });
    expect(body.input_tokens).toBeGreaterThan(0);
  });

  it('makes calls at the same time, and answers /health meanwhile', async () => {
    service.provider.setOptions({ latencyMs: 1_000 });
    const before = service.provider.requests.length;
    let answered = 0;
    try {
      const chats = [1, 2, 3, 4].map(async (n) => {
        const { status } = await service.post('/chat', { message: `Slow ${n}` });
        answered += 1;
        return status;
      });
      expect((await service.get('/health')).status).toBe(200);
      await expect.poll(() => service.provider.requests.length - before).toBe(4);
      expect(answered).toBe(0);
      expect(await Promise.all(chats)).toEqual([200, 200, 200, 200]);
    } finally {
      service.provider.setOptions({ latencyMs: 0 });
    }
  });

  it('cancels the provider call when the client goes away, and books it as cancelled', async () => {
    service.provider.setFault({ kind: 'hang' });
    const client = new AbortController();
    const chat = service.post('/chat', { message: 'Nobody waits' }, { signal: client.signal });
    await expect.poll(() => lastBody(service)).toContain('Nobody waits');
    client.abort();
    await expect(chat).rejects.toThrow();
    await expect.poll(() => service.provider.requests.at(-1)?.aborted).toBe(true);
    await expect
      .poll(() => service.query(`SELECT cost_status FROM ledger_entry WHERE status = 'cancelled'`))
      .toEqual([{ cost_status: 'partial' }]);
  });
});

describe('POST /chat without a key', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start({ ANTHROPIC_API_KEY: undefined });
  });
  afterAll(() => service.stop());

  it('answers 503 with the variable to set', async () => {
    const { status, body } = await service.post('/chat', { message: 'Hello' });
    expect(status).toBe(503);
    expect(body.detail).toContain('ANTHROPIC_API_KEY');
  });

  it('checks the request first: a wrong field is 422, key or no key', async () => {
    expect((await service.post('/chat', {})).status).toBe(422);
  });

  it('says so in /health and /', async () => {
    expect((await service.get('/health')).body).toMatchObject({ anthropic_configured: false });
    expect((await service.get('/')).body.providers).toEqual([
      { name: 'anthropic', configured: false, set: 'ANTHROPIC_API_KEY' },
      { name: 'openai', configured: false, set: 'OPENAI_API_KEY' },
    ]);
  });
});

function lastBody(service: TestService): string {
  return JSON.stringify(service.provider.requests.at(-1)?.body ?? '');
}
