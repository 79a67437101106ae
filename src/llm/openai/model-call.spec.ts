import { describe, expect, it } from 'vitest';
import { exportedSpans } from '../../genai/observe/testing/spans.js';
import { modelCall, modelCallStream } from './model-call.js';

const options = { signal: new AbortController().signal };
const COMPLETION = {
  object: 'chat.completion',
  id: 'c1',
  model: 'llama-4-8b',
  choices: [{ message: { content: 'Hi' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 4, completion_tokens: 2, total_tokens: 6 },
};

const GROQ = { servedBy: 'groq', capturesContent: false };

describe('a call of a model by OpenAI’s SDK', () => {
  const spans = exportedSpans();

  it('is one span, of whoever serves, whatever the name of the model says', async () => {
    const owner = { create: () => Promise.resolve(COMPLETION) };
    const call = modelCall(GROQ, owner, 'create');
    expect(await call({ model: 'llama-4', max_tokens: 9 }, options)).toBe(COMPLETION);
    expect(spans()).toHaveLength(1);
    expect(spans()[0]).toMatchObject({
      name: 'chat llama-4',
      attributes: {
        'gen_ai.provider.name': 'groq',
        'gen_ai.request.max_tokens': 9,
        'gen_ai.response.id': 'c1',
        'gen_ai.response.model': 'llama-4-8b',
        'gen_ai.usage.input_tokens': 4,
        'gen_ai.usage.output_tokens': 2,
      },
    });
  });

  it('has what was said on its span where that is captured', async () => {
    const owner = { create: () => Promise.resolve(COMPLETION) };
    const call = modelCall({ ...GROQ, capturesContent: true }, owner, 'create');
    await call({ model: 'llama-4', messages: [{ role: 'user', content: 'Ask' }] }, options);
    expect(spans()[0]?.attributes['gen_ai.input.messages']).toContain('Ask');
    expect(spans()[0]?.attributes['gen_ai.output.messages']).toContain('Hi');
  });

  it('has no second span where an instrumentation has wrapped the method', async () => {
    const create = Object.assign(() => Promise.resolve(COMPLETION), { __wrapped: true });
    await modelCall(GROQ, { create }, 'create')({ model: 'llama-4' }, options);
    const stream = { create: Object.assign(() => Promise.resolve([]), { __wrapped: true }) };
    for await (const _ of modelCallStream(GROQ, stream, 'create')({}, options)) break;
    expect(spans()).toEqual([]);
  });

  it('of a stream that is aborted, which the SDK ends in silence, is cancelled', async () => {
    const controller = new AbortController();
    async function* events() {
      yield { object: 'chat.completion.chunk', id: 'c1', choices: [{ delta: { content: 'a' } }] };
      controller.abort(new Error('gone'));
    }
    const owner = { create: () => Promise.resolve(events()) };
    const read = async () => {
      const call = modelCallStream(GROQ, owner, 'create');
      for await (const _ of call({ model: 'm' }, { signal: controller.signal }));
    };
    await expect(read()).rejects.toThrow('gone');
    expect(spans()).toHaveLength(1);
    expect(spans()[0]?.attributes).toMatchObject({ 'spanledger.cancelled': true });
  });
});
