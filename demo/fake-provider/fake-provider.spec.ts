import Anthropic from '@anthropic-ai/sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startFakeProvider, type FakeProvider } from './index.ts';

const MODEL = 'claude-sonnet-5';

describe('the fake provider, through the real SDK', () => {
  let provider: FakeProvider;
  let client: Anthropic;

  beforeEach(async () => {
    provider = await startFakeProvider({ seed: 7 });
    client = clientOf(provider);
  });
  afterEach(() => provider.close());

  const ask = (content: string, more: object = {}) =>
    client.messages.create({
      model: MODEL,
      max_tokens: 500,
      messages: [{ role: 'user', content }],
      ...more,
    });

  it('answers a message with text, ids and usage', async () => {
    const message = await ask('Tell me about gardening');
    expect(message.content[0]).toMatchObject({
      type: 'text',
      text: expect.stringContaining('gardening'),
    });
    expect(message).toMatchObject({ role: 'assistant', model: MODEL, stop_reason: 'end_turn' });
    expect(message.id).toMatch(/^msg_[0-9a-f]{24}$/);
    expect(message._request_id).toMatch(/^req_/);
    expect(message.usage).toMatchObject({ service_tier: 'standard', cache_read_input_tokens: 0 });
    // 23 bytes of text are 6 tokens, and a message costs 3 beside its text.
    expect(message.usage.input_tokens).toBe(9);
  });

  it('sees what the SDK sends: Bearer key and version', async () => {
    await ask('Hello');
    expect(provider.requests[0]?.headers).toMatchObject({
      authorization: 'Bearer test',
      'anthropic-version': '2026-10-21',
    });
  });

  it('gives the same answers for the same seed, in any order, and new ids for a repeat', async () => {
    const other = await startFakeProvider({ seed: 7 });
    const second = clientOf(other);
    const body = (content: string) => ({
      model: MODEL,
      max_tokens: 99,
      messages: [{ role: 'user' as const, content }],
    });
    const [a, b] = [
      await client.messages.create(body('one')),
      await client.messages.create(body('two')),
    ];
    const [d, c] = [
      await second.messages.create(body('two')),
      await second.messages.create(body('one')),
    ];
    expect(c).toEqual(a);
    expect(d).toEqual(b);
    expect((await client.messages.create(body('one'))).id).not.toBe(a.id);
    await other.close();
  });

  it('knows what was said before', async () => {
    const message = await client.messages.create({
      model: MODEL,
      max_tokens: 100,
      messages: [
        { role: 'user', content: 'My name is Ada Lovelace.' },
        { role: 'assistant', content: 'Noted.' },
        { role: 'user', content: 'What is my name?' },
      ],
    });
    expect(message.content[0]).toMatchObject({ text: 'Your name is Ada Lovelace.' });
  });

  it('stops at the token limit', async () => {
    const message = await ask('Tell me about gardening', { max_tokens: 5 });
    expect(message).toMatchObject({ stop_reason: 'max_tokens', usage: { output_tokens: 5 } });
  });

  it('writes a prompt to the cache, by lifetime, and reads it the second time', async () => {
    const cached = (ttl: '5m' | '1h') => ({
      system: [
        {
          type: 'text' as const,
          text: `Rules for ${ttl} `.repeat(20),
          cache_control: { type: 'ephemeral' as const, ttl },
        },
      ],
    });
    const first = await ask('Hi', cached('5m'));
    expect(first.usage.cache_creation?.ephemeral_5m_input_tokens).toBeGreaterThan(0);
    expect(first.usage.cache_creation?.ephemeral_1h_input_tokens).toBe(0);
    const hour = await ask('Hi', cached('1h'));
    expect(hour.usage.cache_creation?.ephemeral_1h_input_tokens).toBeGreaterThan(0);
    const again = await ask('Hi', cached('5m'));
    expect(again.usage.cache_read_input_tokens).toBe(first.usage.cache_creation_input_tokens);
    expect(again.usage.cache_creation_input_tokens).toBe(0);
  });

  it('thinks when asked to, and counts it as output', async () => {
    const message = await ask('Why?', { thinking: { type: 'adaptive' } });
    expect(message.content.map(({ type }) => type)).toEqual(['thinking', 'text']);
    const { output_tokens, output_tokens_details } = message.usage;
    expect(output_tokens_details?.thinking_tokens).toBeGreaterThan(0);
    expect(output_tokens).toBeGreaterThan(output_tokens_details?.thinking_tokens ?? 0);
  });

  it('uses a tool that is named, then answers with its result', async () => {
    const tools = [
      {
        name: 'get_weather',
        input_schema: { type: 'object' as const, properties: { city: { type: 'string' } } },
      },
    ];
    const call = await ask('Use get_weather for Oslo', { tools });
    expect(call.stop_reason).toBe('tool_use');
    const use = call.content.find((block) => block.type === 'tool_use');
    expect(use).toMatchObject({
      name: 'get_weather',
      input: { city: expect.stringContaining('Oslo') },
    });
    const answer = await client.messages.create({
      model: MODEL,
      max_tokens: 200,
      tools,
      messages: [
        { role: 'user', content: 'Use get_weather for Oslo' },
        { role: 'assistant', content: call.content },
        {
          role: 'user',
          content: [
            {
              type: 'tool_result',
              tool_use_id: use?.type === 'tool_use' ? use.id : '',
              content: '4 degrees',
            },
          ],
        },
      ],
    });
    expect(answer.stop_reason).toBe('end_turn');
  });

  it('counts tokens without answering', async () => {
    const counted = await client.messages.countTokens({
      model: MODEL,
      messages: [{ role: 'user', content: 'Tell me about gardening' }],
    });
    expect(counted.input_tokens).toBe(9);
  });

  it('takes usage, ids and dated models as told', async () => {
    provider.setOptions({
      datedModels: true,
      responseId: 'msg_fixed',
      usage: { cache_read_input_tokens: 1234 },
    });
    expect(await ask('Hi')).toMatchObject({
      id: 'msg_fixed',
      model: `${MODEL}-20260101`,
      usage: { cache_read_input_tokens: 1234 },
    });
  });

  it.each([
    [401, Anthropic.AuthenticationError],
    [403, Anthropic.PermissionDeniedError],
    [404, Anthropic.NotFoundError],
    [429, Anthropic.RateLimitError],
    [500, Anthropic.InternalServerError],
    [529, Anthropic.InternalServerError],
  ])('refuses with %i as the SDK knows it', async (status, type) => {
    provider.setFault({ kind: 'status', status });
    const error = await ask('Hi').catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({ status, requestID: expect.stringMatching(/^req_/) });
  });

  it('refuses what the real API refuses, and names the field', async () => {
    await expect(ask('Hi', { max_tokens: 0 })).rejects.toThrow(/max_tokens/);
    await expect(ask('Hi', { temperature: 1 })).rejects.toThrow(/temperature/);
    await expect(ask('')).rejects.toThrow(/messages\.0\.content/);
    const noKey = await fetch(`${provider.url}/v1/messages`, { method: 'POST', body: '{}' });
    expect(noKey.status).toBe(401);
  });

  it('is retried by the SDK, which obeys retry-after', async () => {
    provider.setFault({ kind: 'status', status: 429, retryAfterSeconds: 0.05, times: 2 });
    const patient = clientOf(provider, 2);
    await patient.messages.create({
      model: MODEL,
      max_tokens: 9,
      messages: [{ role: 'user', content: 'Hi' }],
    });
    expect(provider.requests.map(({ headers }) => headers['x-stainless-retry-count'])).toEqual([
      '0',
      '1',
      '2',
    ]);
  });

  it.each([
    { kind: 'cut-before-headers' },
    { kind: 'cut-body' },
    { kind: 'malformed-json' },
  ] as const)('breaks the answer: %o', async (fault) => {
    provider.setFault(fault);
    await expect(ask('Hi')).rejects.toThrow();
  });

  it('hangs, and sees the client leave', async () => {
    provider.setFault({ kind: 'hang' });
    const controller = new AbortController();
    const pending = client.messages.create(
      { model: MODEL, max_tokens: 9, messages: [{ role: 'user', content: 'Hi' }] },
      { signal: controller.signal },
    );
    await expect.poll(() => provider.requests.length).toBe(1);
    controller.abort();
    await expect(pending).rejects.toThrow(Anthropic.APIUserAbortError);
    await expect.poll(() => provider.requests[0]?.aborted).toBe(true);
  });

  it('limits faults by number, model, marker and share', async () => {
    provider.setFault({ kind: 'status', status: 500, marker: 'BREAK', times: 1 });
    expect((await ask('fine')).type).toBe('message');
    await expect(ask('BREAK')).rejects.toThrow();
    expect((await ask('BREAK')).type).toBe('message');
    provider.setFault({ kind: 'status', status: 500, model: 'claude-haiku-4-5' });
    expect((await ask('fine')).type).toBe('message');
    provider.clearFaults();
    provider.setFault({ kind: 'status', status: 500, share: 0.5 });
    const results = await Promise.allSettled(Array.from({ length: 40 }, (_, n) => ask(`${n}`)));
    const failed = results.filter(({ status }) => status === 'rejected').length;
    expect(failed).toBeGreaterThan(8);
    expect(failed).toBeLessThan(32);
  });

  it('can be switched from another process', async () => {
    const put = (path: string, body: object) =>
      fetch(`${provider.url}/__fake/${path}`, { method: 'PUT', body: JSON.stringify(body) });
    await put('faults', { kind: 'status', status: 529 });
    await expect(ask('Hi')).rejects.toThrow();
    await fetch(`${provider.url}/__fake/faults`, { method: 'DELETE' });
    await put('options', { responseId: 'msg_by_http' });
    expect((await ask('Hi')).id).toBe('msg_by_http');
    const journal = (await (await fetch(`${provider.url}/__fake/requests`)).json()) as unknown[];
    expect(journal).toHaveLength(2);
  });
});

function clientOf(provider: FakeProvider, maxRetries = 0): Anthropic {
  return new Anthropic({ apiKey: 'test', baseURL: provider.url, maxRetries });
}
