import { describe, expect, it } from 'vitest';
import { ClientGoneError } from '../../http/index.js';
import type { ModelProvider, ModelRequest } from '../provider/model-provider.js';
import { ModelStream } from '../provider/model-stream.js';
import { ProviderError } from '../provider/provider-error.js';
import { readStream } from './read-stream.js';
import { StreamCut } from './stream-cut.js';

const request: ModelRequest = {
  model: 'm',
  // 8 bytes are 2 tokens, and 4 for the message.
  messages: [{ role: 'user', content: '12345678' }],
  maxTokens: 10,
};
const never = new AbortController().signal;

const chunk = (content: string) => ({
  object: 'chat.completion.chunk',
  id: 'c1',
  model: 'm-1',
  choices: [{ delta: { content } }],
});
const END = { ...chunk(''), choices: [{ delta: {}, finish_reason: 'stop' }] };
const USAGE = {
  ...END,
  choices: [],
  usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 },
};

/** A provider whose stream is these events, and how many of them were asked for. */
function providerOf(events: readonly unknown[], more: Partial<ModelProvider> = {}) {
  const state = { pulled: 0, left: false };
  async function* source() {
    try {
      for (const event of events) {
        state.pulled += 1;
        if (event instanceof Error) throw event;
        yield event;
      }
    } finally {
      state.left = state.pulled < events.length;
    }
  }
  const provider: ModelProvider = {
    name: 'p',
    servedBy: 'p',
    unsupported: () => [],
    complete: () => Promise.reject(new Error('not streamed')),
    stream: (_, signal) =>
      new ModelStream(
        source,
        (cause) =>
          new ProviderError({
            kind: signal.aborted ? 'cancelled' : 'connection',
            provider: 'p',
            cause,
          }),
      ),
    ...more,
  };
  return { provider, state };
}

function sinkOf(write: (text: string) => Promise<void> | undefined = () => undefined) {
  const texts: string[] = [];
  const sink = {
    begun: 0,
    begin: () => (sink.begun += 1),
    write: (text: string) => {
      texts.push(text);
      return write(text);
    },
  };
  return { sink, texts };
}

describe('readStream', () => {
  it('hands on each piece, and gives the whole with its final usage', async () => {
    const { provider } = providerOf([chunk(''), chunk('Hel'), chunk('lo'), END, USAGE]);
    const { sink, texts } = sinkOf();
    const read = { provider, request, sink, reader: never, signal: never };
    const { answer, timing } = await readStream(read);
    expect(texts).toEqual(['Hel', 'lo']);
    expect(sink.begun).toBe(1);
    expect(answer).toMatchObject({
      text: 'Hello',
      responseId: 'c1',
      responseModel: 'm-1',
      finishReason: 'stop',
      usage: { input: 7, output: 3 },
    });
    expect(timing?.timeToFirstChunkMs).toBeGreaterThan(0);
    expect(timing?.timePerChunkMs).toBeGreaterThanOrEqual(0);
  });

  it('asks the provider for nothing more until the reader has room', async () => {
    const { provider, state } = providerOf([chunk('a'), chunk('b'), chunk('c'), END, USAGE]);
    const room = Promise.withResolvers<void>();
    const { sink, texts } = sinkOf((text) => (text === 'b' ? room.promise : undefined));
    const reading = readStream({ provider, request, sink, reader: never, signal: never });
    // Whatever can run without room has run after this.
    await new Promise(setImmediate);
    expect(texts).toEqual(['a', 'b']);
    expect(state.pulled).toBe(2);
    room.resolve();
    expect((await reading).answer.text).toBe('abc');
    expect(state.pulled).toBe(5);
  });

  it('fails as any call before the answer has begun', async () => {
    const { provider } = providerOf([new Error('lost')]);
    const { sink } = sinkOf();
    const reading = readStream({ provider, request, sink, reader: never, signal: never });
    await expect(reading).rejects.toBeInstanceOf(ProviderError);
    expect(sink.begun).toBe(0);
  });

  it('estimates what nobody counted, and says so', async () => {
    const { provider } = providerOf([chunk('12345'), chunk('6'), new Error('lost')]);
    const { sink } = sinkOf();
    const reading = readStream({ provider, request, sink, reader: never, signal: never });
    const error = await reading.catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(StreamCut);
    expect(error).toMatchObject({
      reason: 'connection_lost',
      answer: {
        text: '123456',
        responseId: 'c1',
        // Two pieces and 6 bytes are 2 tokens.
        usage: {
          input: 6,
          output: 2,
          faults: [
            'the stream was cut: connection_lost',
            'output is estimated',
            'input is estimated',
          ],
        },
      },
    });
  });

  it('has the input counted where the vendor can, and estimates it where that fails', async () => {
    const countedBy = async (countInput: ModelProvider['countInput']) => {
      const { provider } = providerOf([chunk('a'), new Error('lost')], { countInput });
      const { sink } = sinkOf();
      const reading = readStream({ provider, request, sink, reader: never, signal: never });
      const error = await reading.catch((caught: unknown) => caught);
      return error instanceof StreamCut ? error.answer.usage.input : undefined;
    };
    expect(await countedBy(() => Promise.resolve(99))).toBe(99);
    expect(await countedBy(() => Promise.resolve(undefined))).toBe(6);
    expect(await countedBy(() => Promise.reject(new Error('no')))).toBe(6);
  });

  it('takes an answer whose end was seen as whole, whatever comes after', async () => {
    const { provider } = providerOf([chunk('Hello'), END, new Error('lost')]);
    const { sink } = sinkOf();
    const read = { provider, request, sink, reader: never, signal: never };
    const { answer } = await readStream(read);
    expect(answer.text).toBe('Hello');
    expect(answer.usage.faults).toContain('the stream told no final usage');
  });

  it('reads on without the reader when only the deadline ends it, and tells the truth', async () => {
    const { provider, state } = providerOf([chunk('a'), chunk('b'), chunk('c'), END, USAGE]);
    const reader = new AbortController();
    const { sink, texts } = sinkOf(() => {
      reader.abort(new ClientGoneError());
      return undefined;
    });
    const read = { provider, request, sink, reader: reader.signal, signal: never };
    const error = await readStream(read).catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      reason: 'reader_left',
      answer: { text: 'a', usage: { input: 7, output: 3 } },
    });
    expect(texts).toEqual(['a']);
    expect(state.pulled).toBe(5);
  });

  it('does not take the usage so far, which some tell with every piece, for the final one', async () => {
    const usage = { prompt_tokens: 7, completion_tokens: 1, total_tokens: 8 };
    const { provider } = providerOf([
      { ...chunk('1234'), usage },
      { ...chunk('12345678'), usage },
      new Error('lost'),
    ]);
    const { sink } = sinkOf();
    const reading = readStream({ provider, request, sink, reader: never, signal: never });
    // The input is exact; 12 bytes are 3 tokens of output.
    await expect(reading).rejects.toMatchObject({
      answer: {
        usage: { input: 7, output: 3, faults: [expect.any(String), 'output is estimated'] },
      },
    });
  });

  it('leaves the provider when the sink fails, and tells what was received', async () => {
    const { provider, state } = providerOf([chunk('a'), chunk('b'), END]);
    const { sink } = sinkOf(() => {
      throw new TypeError('a bug');
    });
    const reading = readStream({ provider, request, sink, reader: never, signal: never });
    await expect(reading).rejects.toMatchObject({
      reason: 'reader_left',
      cause: { cause: new TypeError('a bug') },
    });
    expect(state.left).toBe(true);
  });
});
