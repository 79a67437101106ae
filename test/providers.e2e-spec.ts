import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestService } from './support/test-service.js';

describe('the provider of a call', () => {
  let service: TestService;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'spanledger-prices-'));
    const PRICES_FILE = join(folder, 'prices.json');
    const prices = [{ model: 'llama-*', input: '0', output: '0' }];
    await writeFile(PRICES_FILE, JSON.stringify({ prices }));
    service = await TestService.start({ OPENAI_API_KEY: 'test-key', PRICES_FILE });
  });
  afterAll(async () => {
    await service.stop();
    await rm(folder, { recursive: true });
  });

  const lastRequest = () => service.provider.requests.at(-1);
  const modelAsked = () => (lastRequest()?.body as { model?: string } | undefined)?.model;

  it.each([
    ['by the name of its maker', { model: 'gpt-5.2' }, '/v1/chat/completions', 'gpt-5.2'],
    ['by the name of its maker', { model: 'claude-haiku-4-5' }, '/v1/messages', 'claude-haiku-4-5'],
    ['by the prefix', { model: 'openai/llama-4' }, '/v1/chat/completions', 'llama-4'],
    ['by the prefix', { model: 'anthropic/some-model' }, '/v1/messages', 'some-model'],
    [
      'by its own name, which leaves the model as it is',
      { model: 'openai/gpt-oss-20b', provider: 'openai' },
      '/v1/chat/completions',
      'openai/gpt-oss-20b',
    ],
    [
      'the first with a key, where nothing tells',
      { model: 'my-model' },
      '/v1/messages',
      'my-model',
    ],
  ])('is chosen %s: %o', async (_, body, path, model) => {
    const { status } = await service.post('/chat', { message: 'Hi', ...body });
    expect(status).toBe(200);
    expect(lastRequest()?.path).toBe(path);
    expect(modelAsked()).toBe(model);
  });

  it('is in the ledger, with its price', async () => {
    const { body } = await service.post('/chat', { message: 'Hello', model: 'openai/gpt-5.2' });
    expect(body).toMatchObject({ model: 'gpt-5.2', cost_status: 'priced', input_tokens: 5 });
    const [entry] = await service.query<Record<string, unknown>>(
      'SELECT provider, request_model, price_id FROM ledger_entry WHERE response_id = $1',
      [body.response_id],
    );
    expect(entry).toMatchObject({
      provider: 'openai',
      request_model: 'gpt-5.2',
      price_id: expect.stringContaining('gpt-5.2'),
    });
  });

  it('takes a temperature where its API does', async () => {
    const asked = { message: 'Hi', temperature: 0.5 };
    const openai = await service.post('/chat', { ...asked, model: 'gpt-5.2' });
    expect(openai.status).toBe(200);
    expect(lastRequest()?.body).toMatchObject({ temperature: 0.5 });
    expect((await service.post('/chat', asked)).status).toBe(422);
  });

  it('costs nothing where its price is 0: free, not unpriced', async () => {
    const free = await service.post('/chat', { message: 'Hi', model: 'openai/llama-4' });
    expect(free.body).toMatchObject({ cost_status: 'free', cost: 0 });
    const unknown = await service.post('/chat', { message: 'Hi', model: 'openai/nobodys-model' });
    expect(unknown.body).toMatchObject({ cost_status: 'unpriced', cost: null });
  });

  it('reports what is cached as a part of the input, and bills it so', async () => {
    const message = 'gardening '.repeat(500);
    await service.post('/chat', { message, model: 'gpt-5.2' });
    const { body } = await service.post('/chat', { message: `${message}again`, model: 'gpt-5.2' });
    // 5,005 bytes are 1,252 tokens, and 3 for the message; the first 1,024 of them are cached.
    expect(body).toMatchObject({ input_tokens: 1_255, cache_read_tokens: 1_024 });
  });

  it('is told by / and /health', async () => {
    expect((await service.get('/')).body.providers).toEqual([
      { name: 'anthropic', configured: true },
      { name: 'openai', configured: true },
    ]);
    expect((await service.get('/health')).body).toMatchObject({ openai_configured: true });
  });
});

describe('a provider without a key', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start({ ANTHROPIC_API_KEY: undefined, OPENAI_API_KEY: 'test' });
  });
  afterAll(() => service.stop());

  it('is refused with the variable to set; the others work', async () => {
    const refused = await service.post('/chat', { message: 'Hi' });
    expect(refused.status).toBe(503);
    expect(refused.body).toMatchObject({
      provider: 'anthropic',
      detail: expect.stringContaining('ANTHROPIC_API_KEY'),
    });
    expect((await service.post('/workflow', { task: 'Plan' })).status).toBe(503);
    expect((await service.post('/chat', { message: 'Hi', model: 'gpt-5.2' })).status).toBe(200);
    expect((await service.post('/chat', { message: 'Hi', model: 'my-model' })).status).toBe(200);
  });
});
