import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LlmService } from '../src/llm/index.js';
import { TestService } from './support/test-service.js';

const WEATHER = { name: 'weather', description: 'Of a town', parameters: { type: 'object' } };

describe('a call that passes tools, under a budget', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start();
    const budget = { id: 'all', scope: 'global', period: 'day', limit_usd: '0.001' };
    expect((await service.post('/budgets', budget)).status).toBe(201);
  });
  afterAll(() => service.stop());

  const call = (more: object) => {
    const request = { model: 'claude-haiku-4-5', maxTokens: 100, ...more };
    return service.app
      .get(LlmService)
      .call(
        { messages: [{ role: 'user', content: 'Hi' }], ...request },
        { signal: new AbortController().signal },
      );
  };

  // 100 tokens of output are 0.0005 USD, 98 of input at most 0.0002; what a provider says of tools
  // is up to 2,048 tokens, 0.002 USD.
  it('is held with what the provider says of tools, and refused where that does not fit', async () => {
    await expect(call({ tools: [WEATHER] })).rejects.toMatchObject({ status: 402 });
    expect(service.provider.requests).toEqual([]);
    await expect(call({})).resolves.toMatchObject({ cost: { status: 'priced' } });
  });
});
