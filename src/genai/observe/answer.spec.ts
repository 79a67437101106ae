import { describe, expect, it } from 'vitest';
import { observe } from './observe.js';
import type { ObserveOptions } from './observe-options.js';
import { collect, exportedSpans } from './testing/spans.js';

const spans = exportedSpans();

/** The attributes of a call that gives `result`, without those that every such span has. */
function attributesOf(result: unknown, options: ObserveOptions = { kind: 'llm' }) {
  observe(options, () => result)();
  const span = spans().at(-1);
  if (!span) throw new Error('There is no span');
  return span.attributes;
}

const CHAT = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  model: 'gpt-4o-2024-08-06',
  service_tier: 'default',
  choices: [
    {
      finish_reason: 'tool_calls',
      message: {
        content: null,
        tool_calls: [{ id: 'call_1', function: { name: 'search', arguments: '{"q":1}' } }],
      },
    },
  ],
  usage: {
    prompt_tokens: 100,
    completion_tokens: 20,
    total_tokens: 120,
    prompt_tokens_details: { cached_tokens: 40 },
    completion_tokens_details: { reasoning_tokens: 5 },
  },
};

const RESPONSE = {
  id: 'resp_1',
  object: 'response',
  model: 'gpt-4o-2024-08-06',
  status: 'completed',
  output: [
    { type: 'reasoning' },
    { type: 'message', content: [{ type: 'output_text', text: 'Hello' }] },
    { type: 'function_call', call_id: 'call_1', name: 'search', arguments: '{}' },
  ],
  usage: {
    input_tokens: 10,
    output_tokens: 8,
    total_tokens: 18,
    output_tokens_details: { reasoning_tokens: 3 },
  },
};

describe('observe of kind llm', () => {
  it("reads OpenAI's chat completions", () => {
    expect(attributesOf(CHAT)).toMatchObject({
      'gen_ai.response.id': 'chatcmpl-1',
      'gen_ai.response.model': 'gpt-4o-2024-08-06',
      'gen_ai.provider.name': 'openai',
      'gen_ai.response.finish_reasons': ['tool_calls'],
      'gen_ai.usage.input_tokens': 100,
      'gen_ai.usage.cache_read.input_tokens': 40,
      'gen_ai.usage.output_tokens': 20,
      'gen_ai.usage.reasoning.output_tokens': 5,
      'openai.response.service_tier': 'default',
      'gen_ai.tool_calls.count': 1,
      'spanledger.cost.status': 'priced',
    });
    expect(spans()[0]?.name).toBe('chat gpt-4o-2024-08-06');
  });

  it("reads OpenAI's responses", () => {
    expect(attributesOf(RESPONSE)).toMatchObject({
      'gen_ai.response.id': 'resp_1',
      'gen_ai.response.finish_reasons': ['completed'],
      'gen_ai.usage.input_tokens': 10,
      'gen_ai.usage.output_tokens': 8,
      'gen_ai.usage.reasoning.output_tokens': 3,
      'gen_ai.tool_calls.count': 1,
    });
    const cut = { ...RESPONSE, incomplete_details: { reason: 'max_output_tokens' } };
    expect(attributesOf(cut)['gen_ai.response.finish_reasons']).toEqual(['max_output_tokens']);
  });

  it('reads a plain object, with counts of 0', () => {
    const usage = { input_tokens: 3, output_tokens: 0 };
    expect(attributesOf({ model: 'gpt-4o', usage })).toMatchObject({
      'gen_ai.response.model': 'gpt-4o',
      'gen_ai.usage.input_tokens': 3,
      'gen_ai.usage.output_tokens': 0,
    });
  });

  it("adds Anthropic's cache to its input, and keeps the lifetimes apart", () => {
    const usage = {
      input_tokens: 1,
      output_tokens: 2,
      cache_read_input_tokens: 3,
      cache_creation_input_tokens: 9,
      cache_creation: { ephemeral_5m_input_tokens: 4, ephemeral_1h_input_tokens: 5 },
    };
    // 1 + 3 + 4 + 5
    expect(attributesOf({ type: 'message', content: [], usage })).toMatchObject({
      'gen_ai.usage.input_tokens': 13,
      'gen_ai.usage.cache_write.input_tokens': 9,
      'anthropic.usage.cache_creation.ephemeral_1h_input_tokens': 5,
    });
  });

  it('reads no usage where none can be true', () => {
    const attributes = attributesOf({
      model: 'gpt-4o',
      usage: { input_tokens: -1, output_tokens: null },
    });
    expect(attributes).not.toHaveProperty('gen_ai.usage.input_tokens');
    expect(attributes).not.toHaveProperty('gen_ai.usage.cost_usd');
  });

  it.each([
    ['nothing', undefined],
    ['a text', 'hello'],
    ['a list of nulls', [null, undefined]],
    ['choices of nonsense', { choices: [null, 7, { message: 'x', finish_reason: 3 }] }],
    ['content of nonsense', { content: [null, [], 'x'], usage: 7 }],
    [
      'getters that throw',
      {
        get usage(): never {
          throw new Error('no');
        },
      },
    ],
    ['a revoked proxy', revoked()],
  ])('survives %s', (_, result) => {
    expect(observe({ kind: 'llm', captureOutput: true }, () => result)()).toBe(result);
    expect(spans()).toHaveLength(1);
  });

  it('puts the events of streams together', async () => {
    const chunk = { id: 'c1', object: 'chat.completion.chunk', model: 'gpt-4o' };
    const chat = observe({ kind: 'llm', captureOutput: true }, async function* () {
      yield { ...chunk, choices: [{ delta: { content: 'Hel' } }] };
      yield {
        ...chunk,
        choices: [{ delta: { tool_calls: [{ id: 't', function: { name: 'f' } }] } }],
      };
      yield { ...chunk, choices: [{ delta: { tool_calls: [{ function: { arguments: '{' } }] } }] };
      yield { ...chunk, choices: [{ delta: { content: 'lo' }, finish_reason: 'stop' }] };
      yield {
        ...chunk,
        choices: [],
        usage: { prompt_tokens: 4, completion_tokens: 2, total_tokens: 6 },
      };
    });
    expect(await collect(chat())).toHaveLength(5);
    expect(spans()[0]?.attributes).toMatchObject({
      'gen_ai.response.id': 'c1',
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.usage.input_tokens': 4,
      'gen_ai.usage.output_tokens': 2,
      'gen_ai.tool_calls.count': 1,
    });
    expect(JSON.parse(String(spans()[0]?.attributes['gen_ai.output.messages']))).toEqual([
      {
        role: 'assistant',
        parts: [
          { type: 'text', content: 'Hello' },
          { type: 'tool_call', id: 't', name: 'f' },
        ],
      },
    ]);

    const responses = observe({ kind: 'llm' }, async function* () {
      yield { type: 'response.created', response: { ...RESPONSE, output: [], usage: null } };
      yield { type: 'response.output_text.delta', delta: 'Hello' };
      yield { type: 'response.completed', response: RESPONSE };
    });
    await collect(responses());
    expect(spans()[1]?.attributes).toMatchObject({
      'gen_ai.response.id': 'resp_1',
      'gen_ai.usage.output_tokens': 8,
      'gen_ai.tool_calls.count': 1,
    });
  });

  it.each(['chain', 'tool', 'agent', 'workflow', 'retriever', 'prompt'] as const)(
    'is the only one: a %s that hands on an answer is not a call',
    (kind) => {
      const attributes = attributesOf(CHAT, { kind });
      expect(Object.keys(attributes).filter((key) => /usage|response/.test(key))).toEqual([]);
    },
  );

  it('reads the parameters of the request, wherever it stands among the arguments', () => {
    const ask = { model: 'gpt-4o', temperature: 0, stream: false, messages: ['secret'] };
    observe({ kind: 'llm' }, (_client: object, _ask: object) => 'x')({}, ask);
    expect(spans()[0]?.name).toBe('chat gpt-4o');
    expect(spans()[0]?.attributes).toMatchObject({
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.request.temperature': 0,
      'gen_ai.request.stream': false,
    });
    expect(JSON.stringify(spans()[0]?.attributes)).not.toContain('secret');
  });
});

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}
