import { INVALID_SPAN_CONTEXT, trace, type Span } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import {
  currentSpan,
  observe,
  recordContent,
  recordPerformance,
  recordPrompt,
  recordStandardAttributes,
  recordTool,
} from './index.js';
import { exportedSpans } from './testing/spans.js';

const spans = exportedSpans();

/** What was exported of a span that `record` has written on. */
function written(record: (span: Span) => void) {
  const span = trace.getTracer('test').startSpan('work');
  record(span);
  span.end();
  const [exported] = spans();
  if (!exported) throw new Error('There is no span');
  const events = exported.events.map(({ name, attributes }) => ({ name, attributes }));
  return { attributes: exported.attributes, events };
}

const on = { captureContent: true };

describe('recordTool', () => {
  const tool = {
    name: 'search',
    type: 'function',
    callId: 'call_1',
    arguments: { q: 'secret' },
    result: [1],
    durationMs: 0,
  };

  it('leaves content out unless it is captured', () => {
    const { attributes, events } = written((span) => recordTool(span, tool));
    expect(attributes).toMatchObject({
      'gen_ai.l9.span.kind': 'tool',
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'search',
      'gen_ai.tool.type': 'function',
      'gen_ai.tool.call.id': 'call_1',
      'gen_ai.function.call.duration_ms': 0,
    });
    expect(events).toEqual([]);
    expect(JSON.stringify(attributes)).not.toContain('secret');
  });

  it('writes captured content as attributes and as events', () => {
    const { attributes, events } = written((span) => recordTool(span, tool, on));
    expect(attributes).toMatchObject({
      'gen_ai.tool.call.arguments': '{"q":"secret"}',
      'gen_ai.tool.call.result': '[1]',
    });
    const common = { 'gen_ai.tool.name': 'search', 'gen_ai.tool.call.id': 'call_1' };
    expect(events).toEqual([
      {
        name: 'gen_ai.tool.call',
        attributes: { ...common, 'gen_ai.tool.call.arguments': '{"q":"secret"}' },
      },
      { name: 'gen_ai.tool.result', attributes: { ...common, 'gen_ai.tool.call.result': '[1]' } },
    ]);
  });

  it.each([0, false, null])('records %j as arguments and as result', (value) => {
    const { attributes } = written((span) =>
      recordTool(span, { name: 'search', arguments: value, result: value }, on),
    );
    expect(attributes['gen_ai.tool.call.arguments']).toBe(String(value));
    expect(attributes['gen_ai.tool.call.result']).toBe(String(value));
  });
});

describe('recordPrompt', () => {
  it('gives and writes the first 16 digits of the SHA-256', () => {
    // printf 'Hello {name}' | sha256sum
    const hash = '833583c574131c1e';
    const { attributes } = written((span) => {
      const prompt = { template: 'Hello {name}', name: 'greeting', id: 'g', version: '0' };
      expect(recordPrompt(span, prompt)).toBe(hash);
    });
    expect(attributes).toEqual({
      'gen_ai.prompt.template': 'Hello {name}',
      'gen_ai.prompt.hash': hash,
      'gen_ai.prompt.template_id': 'g',
      'gen_ai.prompt.name': 'greeting',
      'gen_ai.prompt.version': '0',
    });
  });

  it('hashes all of a long template, and writes its start', () => {
    const long = 'words '.repeat(4_000);
    const { attributes } = written((span) => {
      expect(recordPrompt(span, { template: long })).not.toBe(
        recordPrompt(currentSpan(), { template: `${long}y` }),
      );
    });
    expect(String(attributes['gen_ai.prompt.template'])).toMatch(/^(words ){1666}…$/);
  });
});

describe('recordContent', () => {
  it('adds nothing unless content is captured', () => {
    const { events } = written((span) => recordContent(span, { prompt: 'secret' }));
    expect(events).toEqual([]);
  });

  it('adds events with length and cut, for an empty text as well', () => {
    const { events } = written((span) =>
      recordContent(span, { prompt: 'He is', completion: '' }, { ...on, limit: 4 }),
    );
    expect(events).toEqual([
      {
        name: 'gen_ai.content.prompt',
        attributes: {
          'gen_ai.prompt': 'He …',
          'gen_ai.prompt.length': 5,
          'gen_ai.prompt.truncated': true,
        },
      },
      {
        name: 'gen_ai.content.completion',
        attributes: {
          'gen_ai.completion': '',
          'gen_ai.completion.length': 0,
          'gen_ai.completion.truncated': false,
        },
      },
    ]);
  });
});

describe('recordPerformance', () => {
  it('writes what is given, 0 included', () => {
    const { attributes } = written((span) =>
      recordPerformance(span, { responseTimeMs: 0, qualityScore: 0.5 }),
    );
    expect(attributes).toEqual({ 'gen_ai.response.time_ms': 0, 'gen_ai.quality.score': 0.5 });
  });
});

describe('recordStandardAttributes', () => {
  it('makes a span by hand a call that is priced', () => {
    const { attributes } = written((span) =>
      recordStandardAttributes(span, {
        model: 'claude-haiku-4-5',
        conversationId: 'c',
        request: { max_tokens: 10, temperature: 0, messages: ['secret'] },
        response: { id: 'msg_1', model: 'claude-haiku-4-5', finishReasons: ['end_turn'] },
        usage: { input_tokens: 100, output_tokens: 0, cache_read_input_tokens: 50 },
      }),
    );
    expect(attributes).toEqual({
      'gen_ai.l9.span.kind': 'llm',
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'anthropic',
      'gen_ai.request.model': 'claude-haiku-4-5',
      'gen_ai.request.max_tokens': 10,
      'gen_ai.request.temperature': 0,
      'gen_ai.conversation.id': 'c',
      'gen_ai.response.id': 'msg_1',
      'gen_ai.response.model': 'claude-haiku-4-5',
      'gen_ai.response.finish_reasons': ['end_turn'],
      // 100 + 50 read from the cache
      'gen_ai.usage.input_tokens': 150,
      'gen_ai.usage.output_tokens': 0,
      'gen_ai.usage.cache_read.input_tokens': 50,
      // 100 x $1 + 50 x $0.10 for a million tokens
      'gen_ai.usage.cost_usd': 0.000105,
      'gen_ai.usage.cost_input_usd': 0.000105,
      'gen_ai.usage.cost_output_usd': 0,
      'spanledger.cost.status': 'priced',
    });
  });
});

describe('helpers', () => {
  it('throw nothing, whatever they are given', () => {
    const bad: never = new Proxy(
      { a: 1 },
      {
        get() {
          throw new Error('no');
        },
      },
    ) as never;
    const { attributes } = written((span) => {
      recordTool(span, { name: 'x', arguments: bad, result: bad }, on);
      recordTool(span, bad, on);
      recordPerformance(span, bad);
      recordContent(span, { prompt: bad, completion: 7n }, on);
      recordStandardAttributes(span, { model: 'x', request: bad, usage: bad });
    });
    expect(attributes['gen_ai.tool.call.result']).toBe('{"a":"[unreadable]"}');
  });

  it('write on the active span, and on nothing without one', () => {
    observe({ name: 'work' }, () => recordPerformance(currentSpan(), { responseSizeBytes: 3 }))();
    expect(spans()[0]?.attributes['gen_ai.response.size_bytes']).toBe(3);
    expect(currentSpan().spanContext()).toEqual(INVALID_SPAN_CONTEXT);
  });
});
