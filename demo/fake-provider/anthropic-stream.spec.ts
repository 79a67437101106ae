import Anthropic from '@anthropic-ai/sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startFakeProvider, type FakeProvider } from './index.ts';

type StreamEvent = Anthropic.RawMessageStreamEvent;

describe("the fake provider's Anthropic streams, through the real SDK", () => {
  let provider: FakeProvider;
  let client: Anthropic;

  beforeEach(async () => {
    provider = await startFakeProvider({ seed: 7, words: 4 });
    client = new Anthropic({ apiKey: 'test', baseURL: provider.url, maxRetries: 0 });
  });
  afterEach(() => provider.close());

  const request = (content: string, more: object = {}) => ({
    model: 'claude-sonnet-5',
    max_tokens: 500,
    messages: [{ role: 'user' as const, content }],
    ...more,
  });

  /** The events up to the end, and what ended them. */
  async function read(content: string, more: object = {}) {
    const events: StreamEvent[] = [];
    try {
      const stream = await client.messages.create({ ...request(content, more), stream: true });
      for await (const event of stream) events.push(event);
    } catch (error) {
      return { events, error };
    }
    return { events, error: undefined };
  }

  it('sends a word a chunk, input counted first, output last and cumulative', async () => {
    const { events } = await read('Tell me about gardening');
    expect(events.map(({ type }) => type)).toEqual([
      'message_start',
      'content_block_start',
      ...Array<string>(4).fill('content_block_delta'),
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
    // 23 bytes of text are 6 tokens, and a message costs 3 beside its text.
    expect(events[0]).toMatchObject({ message: { usage: { input_tokens: 9, output_tokens: 1 } } });
    expect(events.at(-2)).toMatchObject({ usage: { input_tokens: null } });
  });

  it.each([
    ['text', 'Tell me about gardening', {}],
    ['thinking', 'Why?', { thinking: { type: 'adaptive' } }],
    [
      'a tool call',
      'Use get_weather for Oslo',
      {
        tools: [
          {
            name: 'get_weather',
            input_schema: { type: 'object', properties: { city: { type: 'string' } } },
          },
        ],
      },
    ],
  ])('adds up to what it answers without a stream: %s', async (_, content, more) => {
    const streamed = await client.messages.stream(request(content, more)).finalMessage();
    const whole = (await client.messages.create(request(content, more))) as Anthropic.Message;
    // What differs from call to call are ids; the rest is made from the same words.
    expect(streamed.stop_reason).toBe(whole.stop_reason);
    expect(streamed.content.map(({ type }) => type)).toEqual(whole.content.map(({ type }) => type));
    expect(streamed.usage.output_tokens).toBeGreaterThan(1);
  });

  it('breaks where it is told to: each position, each way', async () => {
    for (let position = 0; position <= 9; position++) {
      for (const by of ['reset', 'end', 'error'] as const) {
        provider.setFault({ kind: 'cut-stream', afterEvents: position, by, times: 1 });
        const { events, error } = await read('Hi');
        expect(events, `${by} after ${position}`).toHaveLength(position);
        if (by === 'end') expect(error).toBeUndefined();
        else expect(error, `${by} after ${position}`).toBeInstanceOf(Error);
      }
    }
  });

  it('hangs in the middle, and sees the reader leave', async () => {
    provider.setFault({ kind: 'cut-stream', afterEvents: 4, by: 'hang' });
    const stream = await client.messages.create({ ...request('Hi'), stream: true });
    let seen = 0;
    for await (const _ of stream) if (++seen === 4) break;
    await expect.poll(() => provider.requests[0]?.aborted).toBe(true);
    expect(provider.requests[0]?.eventsSent).toBe(4);
  });

  it('leaves the final usage away', async () => {
    provider.setFault({ kind: 'missing-usage' });
    const { events } = await read('Hi');
    expect(events[0]).toMatchObject({ message: { usage: { input_tokens: 4 } } });
    expect(events.at(-2)).not.toHaveProperty('usage');
  });

  it('refuses before the first event as it does without a stream', async () => {
    provider.setFault({ kind: 'status', status: 529 });
    const { events, error } = await read('Hi');
    expect(events).toEqual([]);
    expect(error).toMatchObject({ status: 529 });
  });

  it('waits for a slow reader', async () => {
    provider.setOptions({ words: 200_000 });
    const stream = await client.messages.create({
      ...request('Hi', { max_tokens: 1_000_000 }),
      stream: true,
    });
    const iterator = stream[Symbol.asyncIterator]();
    await iterator.next();
    // It fills the buffers between here and there, and no more.
    let before = -1;
    await expect
      .poll(
        () => {
          const settled = before === provider.requests[0]?.eventsSent;
          before = provider.requests[0]?.eventsSent ?? 0;
          return settled;
        },
        { interval: 200, timeout: 20_000 },
      )
      .toBe(true);
    expect(before).toBeLessThan(150_000);
    await iterator.return?.();
  });
});
