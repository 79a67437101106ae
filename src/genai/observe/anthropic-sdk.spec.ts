import Anthropic from '@anthropic-ai/sdk';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { observe } from './observe.js';
import { collect, exportedSpans } from './testing/spans.js';

const spans = exportedSpans();
const MODEL = 'claude-haiku-4-5';
const ASK = { model: MODEL, max_tokens: 64, messages: [{ role: 'user' as const, content: 'Hi' }] };

const MESSAGE = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: MODEL,
  content: [
    { type: 'text', text: 'Hello' },
    { type: 'tool_use', id: 'toolu_1', name: 'search', input: { q: 'x' } },
  ],
  stop_reason: 'tool_use',
  usage: { input_tokens: 10, output_tokens: 5, cache_read_input_tokens: 4 },
};

const EVENTS = [
  { type: 'message_start', message: { ...MESSAGE, content: [], stop_reason: null } },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hel' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'lo' } },
  { type: 'content_block_stop', index: 0 },
  { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 7 } },
  { type: 'message_stop' },
];

/** The real SDK, with a fetch that answers by itself. */
function client(status = 200): Anthropic {
  return new Anthropic({
    apiKey: 'test',
    maxRetries: 0,
    fetch: async (_url, init) => {
      await sleep(1, undefined, { signal: init?.signal ?? undefined });
      if (status !== 200) return Response.json({ error: { message: 'broken' } }, { status });
      const body = typeof init?.body === 'string' ? init.body : '';
      if (!body.includes('"stream":true')) return Response.json(MESSAGE);
      const events = EVENTS.map(
        (event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`,
      );
      return new Response(events.join(''), { headers: { 'content-type': 'text/event-stream' } });
    },
  });
}

type Ask = typeof ASK;
const create = observe({ kind: 'llm' }, (ask: Ask) => client().messages.create(ask));
const streamed = observe({ kind: 'llm' }, (ask: Ask) =>
  client().messages.create({ ...ask, stream: true }),
);
const run = observe({ kind: 'llm' }, (ask: Ask) => client().messages.stream(ask));

const ours = () => spans().filter((span) => span.instrumentationScope.name === 'spanledger');

/** The span of `observe`, of which there is one. */
function only() {
  expect(ours()).toHaveLength(1);
  const [span] = ours();
  if (!span) throw new Error('There is no span');
  return span;
}

const ANSWERED = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'anthropic',
  'gen_ai.request.model': MODEL,
  'gen_ai.request.max_tokens': 64,
  'gen_ai.response.model': MODEL,
  'gen_ai.response.id': 'msg_1',
};

describe('observe around the Anthropic SDK', () => {
  it('reads a message', async () => {
    expect((await create(ASK)).id).toBe('msg_1');
    expect(only().name).toBe(`chat ${MODEL}`);
    expect(only().attributes).toMatchObject({
      ...ANSWERED,
      'gen_ai.response.finish_reasons': ['tool_use'],
      'gen_ai.tool_calls.count': 1,
    });
    expect(only().events).toMatchObject([
      { name: 'gen_ai.tool.call', attributes: { 'gen_ai.tool.name': 'search' } },
    ]);
    expect(JSON.stringify(only().events)).not.toContain('"q"');
  });

  it("counts the call once, though the SDK's own tracing tells it as well", async () => {
    await create(ASK);
    expect(spans()).toHaveLength(2);
    const costs = spans().map((span) => span.attributes['gen_ai.usage.cost_usd']);
    // 10 x $1 + 4 x $0.10 + 5 x $5 for a million tokens
    expect(costs.filter((cost) => cost !== undefined)).toEqual([0.0000354]);
    expect(
      spans()
        .map((span) => span.attributes['spanledger.cost.status'])
        .toSorted(),
    ).toEqual(['duplicate', 'priced']);
  });

  it('keeps withResponse() and asResponse()', async () => {
    const { data, response } = await create(ASK).withResponse();
    expect([data.id, response.status]).toEqual(['msg_1', 200]);
    expect(only().attributes).toMatchObject(ANSWERED);
    expect((await create(ASK).asResponse()).status).toBe(200);
    expect(ours()).toHaveLength(2);
  });

  it('follows a stream to its end', async () => {
    const stream = await streamed(ASK);
    expect(ours()).toEqual([]);
    expect(stream.controller).toBeInstanceOf(AbortController);
    expect(await collect(stream)).toHaveLength(EVENTS.length);
    expect(only().attributes).toMatchObject({
      ...ANSWERED,
      'gen_ai.response.finish_reasons': ['end_turn'],
    });
    expect(only().attributes['gen_ai.response.time_to_first_chunk']).toBeTypeOf('number');
  });

  it('follows a stream that comes with its response, and one that is split in two', async () => {
    const { data } = await streamed(ASK).withResponse();
    const [left, right] = data.tee();
    await Promise.all([collect(left), collect(right)]);
    expect(only().attributes).toMatchObject(ANSWERED);
  });

  it('marks a stream that is left early as cancelled, with what it told until then', async () => {
    for await (const event of await streamed(ASK)) {
      if (event.type === 'content_block_delta') break;
    }
    expect(only().attributes).toMatchObject({ ...ANSWERED, 'spanledger.cancelled': true });
    expect(only().status.code).toBe(0);
  });

  it("follows the SDK's runner, which nobody has to iterate", async () => {
    expect(await run(ASK).finalText()).toBe('Hello');
    expect(only().attributes).toMatchObject({
      ...ANSWERED,
      'gen_ai.response.finish_reasons': ['end_turn'],
    });
    expect(await collect(run(ASK))).toHaveLength(EVENTS.length);
    expect(ours()).toHaveLength(2);
  });

  it('marks an abort as cancelled', async () => {
    const call = create(ASK);
    const stream = run(ASK);
    stream.abort();
    await expect(stream.done()).rejects.toThrow('aborted');
    expect(only().attributes['spanledger.cancelled']).toBe(true);
    await call;
    const signal = AbortSignal.abort();
    const given = observe({ kind: 'llm' }, (ask: Ask) => client().messages.create(ask, { signal }));
    await expect(given(ASK)).rejects.toThrow('aborted');
    expect(ours().at(-1)?.attributes['spanledger.cancelled']).toBe(true);
  });

  it('tells of a refusal by the class of the error, however it is caught', async () => {
    const refused = observe({ kind: 'llm' }, (ask: Ask) => client(429).messages.create(ask));
    await expect(refused(ASK)).rejects.toBeInstanceOf(Anthropic.RateLimitError);
    expect(await refused(ASK).catch(() => 'caught')).toBe('caught');
    await expect(refused(ASK).finally(() => {})).rejects.toBeInstanceOf(Anthropic.RateLimitError);
    expect(ours().map((span) => span.attributes['error.type'])).toEqual(
      Array.from({ length: 3 }, () => 'RateLimitError'),
    );
  });
});
