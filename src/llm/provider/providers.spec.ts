import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startFakeProvider, type FakeProvider } from '../../../demo/fake-provider/index.ts';
import { Redactor } from '../../genai/redaction/index.js';
import { ClientGoneError } from '../../http/index.js';
import { AnthropicProvider } from '../anthropic/anthropic.provider.js';
import { OpenAiProvider } from '../openai/openai.provider.js';
import type { ModelProvider, ModelRequest, Tool } from './model-provider.js';
import type { ModelStream } from './model-stream.js';
import { ProviderError, redactProviderErrors } from './provider-error.js';

const never = new AbortController().signal;
const shared = {
  apiKey: 'test',
  maxRetries: 0,
  timeoutMs: 10_000,
  fetch,
  tracing: false,
  capturesContent: false,
};

/** Every provider speaks to the same fake server, and is held to the same behaviour. */
const PROVIDERS: ReadonlyArray<readonly [string, (fake: FakeProvider) => ModelProvider, string]> = [
  ['Anthropic', ({ url }) => new AnthropicProvider({ ...shared, baseUrl: url }), 'claude-sonnet-5'],
  [
    'OpenAI chat completions',
    ({ url }) => new OpenAiProvider({ ...shared, baseUrl: `${url}/v1`, api: 'chat_completions' }),
    'gpt-5.2',
  ],
  [
    'OpenAI responses',
    ({ url }) => new OpenAiProvider({ ...shared, baseUrl: `${url}/v1`, api: 'responses' }),
    'gpt-5.2',
  ],
];

async function piecesOf(stream: ModelStream): Promise<string[]> {
  const pieces: string[] = [];
  for await (const piece of stream) pieces.push(piece);
  return pieces;
}

const WEATHER: Tool = {
  name: 'get_weather',
  description: 'The weather of a city',
  parameters: { type: 'object', properties: { city: { type: 'string' } } },
};

describe.each(PROVIDERS)('%s', (_, make, model) => {
  let fake: FakeProvider;
  let provider: ModelProvider;

  beforeAll(async () => {
    fake = await startFakeProvider({ words: 5 });
    provider = make(fake);
  });
  afterAll(() => fake.close());
  afterEach(() => fake.clearFaults());

  const requestOf = (content: string, more: Partial<ModelRequest> = {}): ModelRequest => ({
    model,
    messages: [{ role: 'user', content }],
    maxTokens: 500,
    ...more,
  });

  it('answers, and counts what it used', async () => {
    const answer = await provider.complete(requestOf('Hi', { system: 'Be short' }), never);
    expect(answer.text.split(' ')).toHaveLength(5);
    expect(answer).toMatchObject({ responseModel: model, finishReason: expect.any(String) });
    expect(answer.usage.input).toBeGreaterThan(3);
    expect(answer.usage.output).toBeGreaterThan(4);
    expect(answer.usage.faults).toBeUndefined();
  });

  it('streams the same, and knows as much at its end', async () => {
    const stream = provider.stream(requestOf('Hi', { system: 'Be short' }), never);
    const pieces = await piecesOf(stream);
    expect(pieces.filter(Boolean)).toHaveLength(5);
    expect(stream.known).toMatchObject({ responseModel: model, isCounted: true });
    expect(stream.known.usage?.faults).toBeUndefined();
  });

  it('calls a tool, and goes on with its result', async () => {
    const asked = requestOf('Use get_weather for Oslo', { tools: [WEATHER] });
    const { toolCalls = [], text } = await provider.complete(asked, never);
    expect(toolCalls).toMatchObject([{ name: 'get_weather', id: expect.any(String) }]);
    expect(JSON.parse(toolCalls[0]?.arguments ?? '')).toEqual({
      city: 'Use get_weather for Oslo',
    });
    const answer = await provider.complete(
      {
        ...asked,
        messages: [
          ...asked.messages,
          { role: 'assistant', content: text, toolCalls },
          { role: 'tool', toolCallId: toolCalls[0]?.id ?? '', content: '4 degrees' },
        ],
      },
      never,
    );
    expect(answer.toolCalls).toBeUndefined();
    expect(answer.text.split(' ')).toHaveLength(5);
  });

  it.each([
    [401, 'authentication'],
    [403, 'permission'],
    [404, 'model_not_found'],
    [413, 'too_large'],
    [429, 'rate_limited'],
    [500, 'server_error'],
  ])('tells %i as %s, streaming or not', async (status, kind) => {
    fake.setFault({ kind: 'status', status });
    await expect(provider.complete(requestOf('Hi'), never)).rejects.toMatchObject({
      name: 'ProviderError',
      kind,
      requestId: expect.stringMatching(/^req_/),
    });
    const stream = provider.stream(requestOf('Hi'), never);
    await expect(piecesOf(stream)).rejects.toMatchObject({ kind });
  });

  it.each(['cut-before-headers', 'cut-body'] as const)(
    'tells a lost connection: %s',
    async (kind) => {
      fake.setFault({ kind });
      await expect(provider.complete(requestOf('Hi'), never)).rejects.toMatchObject({
        kind: 'connection',
      });
      const stream = provider.stream(requestOf('Hi'), never);
      await expect(piecesOf(stream)).rejects.toMatchObject({ kind: 'connection' });
    },
  );

  it('tells an answer that is none', async () => {
    fake.setFault({ kind: 'html' });
    await expect(provider.complete(requestOf('Hi'), never)).rejects.toMatchObject({
      kind: 'malformed_answer',
    });
  });

  it('stops when the signal aborts, in the middle of a stream too', async () => {
    fake.setFault({ kind: 'hang', times: 1 });
    const controller = new AbortController();
    const asked = provider.complete(requestOf('Hang'), controller.signal);
    controller.abort(new ClientGoneError());
    await expect(asked).rejects.toMatchObject({ kind: 'cancelled' });

    fake.clearFaults();
    fake.setFault({ kind: 'cut-stream', afterEvents: 5, by: 'hang' });
    const another = new AbortController();
    const reading = (async () => {
      for await (const piece of provider.stream(requestOf('Hang'), another.signal)) {
        if (piece !== '') another.abort(new ClientGoneError());
      }
    })();
    await expect(reading).rejects.toBeInstanceOf(ProviderError);
    await expect.poll(() => fake.requests.at(-1)?.aborted).toBe(true);
  });
});

describe('OpenAiProvider', () => {
  it.each([
    [undefined, 'openai'],
    ['https://api.groq.com/openai/v1', 'groq'],
    ['https://shop.openai.azure.com/openai/v1/', 'azure.ai.openai'],
    ['https://generativelanguage.googleapis.com/v1beta/openai/', 'gcp.gemini'],
    ['https://notgroq.com/v1', 'openai'],
    ['http://127.0.0.1:11434/v1', 'openai'],
  ])('at %s is served by %s', (baseUrl, servedBy) => {
    expect(new OpenAiProvider({ ...shared, baseUrl }).servedBy).toBe(servedBy);
  });

  it('names the field that is refused as the caller knows it', async () => {
    const fake = await startFakeProvider();
    const provider = new OpenAiProvider({ ...shared, baseUrl: `${fake.url}/v1` });
    const request = { model: 'm', messages: [], maxTokens: 5 };
    await expect(provider.complete(request, never)).rejects.toMatchObject({
      kind: 'invalid_request',
      message: expect.stringMatching(/^message: /),
    });
    await fake.close();
  });
});

describe('what a provider says of a refusal', () => {
  afterEach(() => redactProviderErrors(new Redactor()));

  it('is redacted by the rules of the operator as well', () => {
    const message = 'order ORD-123456 of ada@example.org is not for you';
    const said = () =>
      new ProviderError({ kind: 'invalid_request', provider: 'x', message }).message;
    expect(said()).toBe('order ORD-123456 of [redacted:email] is not for you');
    redactProviderErrors(new Redactor([{ name: 'order', pattern: 'ORD-[0-9]{6,10}' }]));
    expect(said()).toBe('order [redacted:order] of [redacted:email] is not for you');
  });
});
