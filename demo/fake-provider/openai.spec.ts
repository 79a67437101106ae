import OpenAI from 'openai';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startFakeProvider, type FakeProvider } from './index.ts';

const MODEL = 'gpt-5.2';
const WEATHER = { type: 'object', properties: { city: { type: 'string' } } };

let provider: FakeProvider;
let client: OpenAI;

beforeEach(async () => {
  provider = await startFakeProvider({ seed: 7, words: 4 });
  client = new OpenAI({ apiKey: 'test', baseURL: `${provider.url}/v1`, maxRetries: 0 });
});
afterEach(() => provider.close());

describe("the fake provider's chat completions, through the real SDK", () => {
  const request = (content: string, more: object = {}) => ({
    model: MODEL,
    messages: [{ role: 'user' as const, content }],
    ...more,
  });
  const ask = (content: string, more: object = {}) =>
    client.chat.completions.create({ ...request(content, more), stream: false });

  async function read(content: string, more: object = {}) {
    const chunks: OpenAI.ChatCompletionChunk[] = [];
    try {
      const stream = await client.chat.completions.create({
        ...request(content, more),
        stream: true,
      });
      for await (const chunk of stream) chunks.push(chunk);
    } catch (error) {
      return { chunks, error };
    }
    return { chunks, error: undefined };
  }

  it('answers with text, ids and usage', async () => {
    const completion = await ask('Tell me about gardening');
    expect(completion).toMatchObject({
      id: expect.stringMatching(/^chatcmpl-/),
      model: MODEL,
      choices: [{ finish_reason: 'stop', message: { role: 'assistant' } }],
      // As Anthropic's: 23 bytes are 6 tokens, and 3 for the message.
      usage: { prompt_tokens: 9, prompt_tokens_details: { cached_tokens: 0 } },
    });
    expect(completion.choices[0]?.message.content?.split(' ')).toHaveLength(4);
    expect(completion._request_id).toMatch(/^req_/);
  });

  it('counts reasoning as a part of the output, and what is cached as a part of the input', async () => {
    const long = 'gardening '.repeat(500);
    await ask(long, { reasoning_effort: 'high' });
    const { usage } = await ask(`${long}again`, { reasoning_effort: 'high' });
    const reasoning = usage?.completion_tokens_details?.reasoning_tokens ?? 0;
    expect(reasoning).toBeGreaterThan(0);
    expect(usage?.completion_tokens).toBeGreaterThan(reasoning);
    expect(usage?.prompt_tokens_details?.cached_tokens).toBe(1_024);
    expect(usage?.prompt_tokens).toBeGreaterThan(1_024);
  });

  it('calls a tool that is named, then answers with its result', async () => {
    const tools = [
      { type: 'function' as const, function: { name: 'get_weather', parameters: WEATHER } },
    ];
    const call = await ask('Use get_weather for Oslo', { tools });
    expect(call.choices[0]?.finish_reason).toBe('tool_calls');
    const [used] = call.choices[0]?.message.tool_calls ?? [];
    if (used?.type !== 'function') throw new Error('No function was called');
    expect(JSON.parse(used.function.arguments)).toEqual({ city: 'Use get_weather for Oslo' });
    const answer = await client.chat.completions.create({
      model: MODEL,
      tools,
      messages: [
        { role: 'user', content: 'Use get_weather for Oslo' },
        { role: 'assistant', tool_calls: [used] },
        { role: 'tool', tool_call_id: used.id, content: '4 degrees' },
      ],
    });
    expect(answer.choices[0]?.finish_reason).toBe('stop');
  });

  it('streams a word a chunk, and the usage only when asked to', async () => {
    const without = await read('Hi');
    expect(without.chunks.some((chunk) => 'usage' in chunk)).toBe(false);
    // The role, four words, the finish reason.
    expect(without.chunks).toHaveLength(6);
    const { chunks } = await read('Hi', { stream_options: { include_usage: true } });
    expect(chunks).toHaveLength(7);
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: 4 } });
    expect(chunks[0]?.usage).toBeNull();
  });

  it('streams the arguments of a tool call', async () => {
    const tools = [{ type: 'function', function: { name: 'get_weather', parameters: WEATHER } }];
    const { chunks } = await read('Use get_weather', { tools });
    const json = chunks
      .map(({ choices }) => choices[0]?.delta.tool_calls?.[0]?.function?.arguments ?? '')
      .join('');
    expect(JSON.parse(json)).toEqual({ city: 'Use get_weather' });
  });

  it('breaks where it is told to', async () => {
    for (let position = 0; position <= 6; position++) {
      for (const by of ['reset', 'end', 'error'] as const) {
        provider.setFault({ kind: 'cut-stream', afterEvents: position, by, times: 1 });
        const { chunks, error } = await read('Hi');
        expect(chunks, `${by} after ${position}`).toHaveLength(position);
        if (by === 'end') expect(error).toBeUndefined();
        else expect(error, `${by} after ${position}`).toBeInstanceOf(Error);
      }
    }
  });

  it('leaves the final usage away', async () => {
    provider.setFault({ kind: 'missing-usage' });
    const { chunks } = await read('Hi', { stream_options: { include_usage: true } });
    expect(chunks).toHaveLength(6);
  });

  it.each([
    [401, OpenAI.AuthenticationError],
    [403, OpenAI.PermissionDeniedError],
    [404, OpenAI.NotFoundError],
    [429, OpenAI.RateLimitError],
    [500, OpenAI.InternalServerError],
  ])('refuses with %i as the SDK knows it', async (status, type) => {
    provider.setFault({ kind: 'status', status });
    const error = await ask('Hi').catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({ status, requestID: expect.stringMatching(/^req_/) });
  });

  it('refuses what the real API refuses, and names the field', async () => {
    await expect(ask('Hi', { max_completion_tokens: 0 })).rejects.toMatchObject({
      param: 'max_completion_tokens',
    });
    await expect(ask('Hi', { messages: [] })).rejects.toMatchObject({ param: 'messages' });
  });
});

describe("the fake provider's responses, through the real SDK", () => {
  async function read(input: string, more: object = {}) {
    const events: OpenAI.Responses.ResponseStreamEvent[] = [];
    try {
      const stream = await client.responses.create({ model: MODEL, input, ...more, stream: true });
      for await (const event of stream) events.push(event);
    } catch (error) {
      return { events, error };
    }
    return { events, error: undefined };
  }

  it('answers with text, ids and usage', async () => {
    const response = await client.responses.create({
      model: MODEL,
      instructions: 'Be short',
      input: 'Tell me about gardening',
      reasoning: { effort: 'low' },
    });
    expect(response.id).toMatch(/^resp_/);
    expect(response.output_text.split(' ')).toHaveLength(4);
    expect(response.output.map(({ type }) => type)).toEqual(['reasoning', 'message']);
    // 32 bytes with the line break are 8 tokens, and 3 for each of the two messages.
    expect(response.usage).toMatchObject({
      input_tokens: 14,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens_details: { reasoning_tokens: expect.any(Number) },
    });
  });

  it('counts the input without answering', async () => {
    const counted = await client.responses.inputTokens.count({ model: MODEL, input: 'Hi' });
    expect(counted.input_tokens).toBe(4);
  });

  it('streams numbered events, the usage in the last', async () => {
    const { events } = await read('Hi');
    expect(events.map(({ type }) => type)).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      ...Array<string>(4).fill('response.output_text.delta'),
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ]);
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, n) => n));
    expect(events.at(-1)).toMatchObject({ response: { usage: { input_tokens: 4 } } });
  });

  it('says when it stopped at the token limit', async () => {
    provider.setOptions({ words: 100 });
    const { events } = await read('Hi', { max_output_tokens: 16 });
    expect(events.at(-1)).toMatchObject({
      type: 'response.incomplete',
      response: {
        incomplete_details: { reason: 'max_output_tokens' },
        usage: { output_tokens: 16 },
      },
    });
  });

  it('calls a tool', async () => {
    const tools = [
      {
        type: 'function' as const,
        name: 'get_weather',
        parameters: WEATHER,
        strict: false,
      },
    ];
    const response = await client.responses.create({ model: MODEL, input: 'get_weather', tools });
    const call = response.output.find((item) => item.type === 'function_call');
    expect(call).toMatchObject({ name: 'get_weather', arguments: '{"city":"get_weather"}' });
    const { events } = await read('Use get_weather', { tools });
    expect(events.map(({ type }) => type)).toContain('response.function_call_arguments.delta');
  });

  it('breaks where it is told to', async () => {
    for (let position = 0; position <= 12; position++) {
      provider.setFault({ kind: 'cut-stream', afterEvents: position, by: 'reset', times: 1 });
      const { events, error } = await read('Hi');
      expect(events, `after ${position}`).toHaveLength(position);
      expect(error, `after ${position}`).toBeInstanceOf(Error);
    }
    provider.setFault({ kind: 'cut-stream', afterEvents: 5, by: 'error' });
    const { events, error } = await read('Hi');
    expect(events).toHaveLength(5);
    expect(error).toBeInstanceOf(OpenAI.APIError);
  });
});
