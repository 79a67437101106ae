import { describe, expect, it } from 'vitest';
import { CALL, TraceKit, USAGE } from './testing/trace-kit.js';

const MESSAGES = JSON.stringify([
  { role: 'user', parts: [{ type: 'text', content: '2 + 2?' }] },
  { role: 'assistant', parts: [{ type: 'tool_call', id: 't1', name: 'sum', arguments: { a: 2 } }] },
]);
const SCOPE = { conversation: { id: 'c1', turn: 2 }, workflow: { id: 'w1', type: 'support' } };

describe('older spellings', () => {
  it('are not written unless asked for', () => {
    const kit = new TraceKit();
    kit
      .call({ scope: SCOPE })
      .setAttributes({ ...USAGE, 'gen_ai.input.messages': MESSAGES })
      .end();
    const keys = Object.keys(kit.named('call')[0] ?? {});
    expect(
      keys.filter((key) =>
        /^gen_ai\.(system|prompt|l9\.(?!span)|usage\.(prompt|completion|total))/.test(key),
      ),
    ).toEqual([]);
  });

  it('of the conventions: genai-legacy', () => {
    const kit = new TraceKit({ compat: ['genai-legacy'] });
    kit
      .call()
      .setAttributes({ ...USAGE, 'gen_ai.usage.cache_write.input_tokens': 200 })
      .end();
    expect(kit.named('call')[0]).toMatchObject({
      'gen_ai.system': 'anthropic',
      'gen_ai.usage.prompt_tokens': 1000,
      'gen_ai.usage.completion_tokens': 100,
      'gen_ai.usage.total_tokens': 1100,
      'gen_ai.usage.cache_creation.input_tokens': 200,
    });
  });

  it('of the Python SDK and the dashboards made for it: last9', () => {
    const kit = new TraceKit({ compat: ['last9'] });
    const root = kit.start({ 'gen_ai.l9.span.kind': 'workflow' }, { name: 'root', scope: SCOPE });
    const call = kit.call({ scope: SCOPE, under: root });
    call
      .setAttributes({
        ...USAGE,
        'gen_ai.response.time_ms': 1500,
        'gen_ai.input.messages': MESSAGES,
      })
      .end();
    root.end();
    expect(kit.named('call')[0]).toMatchObject({
      'gen_ai.system': 'anthropic',
      'gen_ai.usage.cost': 0.0015,
      'gen_ai.l9.cost.total': 0.0015,
      'gen_ai.l9.cost.input': 0.001,
      'gen_ai.l9.cost.output': 0.0005,
      'gen_ai.l9.workflow.id': 'w1',
      'gen_ai.l9.workflow.type': 'support',
      'gen_ai.l9.conversation.id': 'c1',
      'gen_ai.l9.conversation.turn': 2,
      'gen_ai.l9.performance.response_time': 1.5,
      'gen_ai.prompt': JSON.stringify([
        { role: 'user', content: '2 + 2?' },
        { role: 'assistant', tool_calls: [{ id: 't1', name: 'sum', arguments: { a: 2 } }] },
      ]),
      'gen_ai.prompt.0.role': 'user',
      'gen_ai.prompt.0.content': '2 + 2?',
      'gen_ai.prompt.1.tool_calls': '[{"id":"t1","name":"sum","arguments":{"a":2}}]',
    });
    expect(kit.named('root')[0]).toMatchObject({ 'gen_ai.l9.workflow.cost.total': 0.0015 });
  });

  it('leaves out content that is no messages', () => {
    const kit = new TraceKit({ compat: ['last9'] });
    kit.start({ ...CALL, 'gen_ai.input.messages': '[{"role":' }).end();
    expect(kit.named('span')[0]).not.toHaveProperty('gen_ai.prompt');
    expect(kit.processor.stats().faults).toBe(0);
  });
});
