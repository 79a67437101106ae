import { ROOT_CONTEXT, trace, type LogRecord, type Span } from '@opentelemetry/api';
import { LoggerProvider } from '@opentelemetry/sdk-logs';
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
  type TracerProviderOptions,
} from '@opentelemetry/sdk-trace';
import { describe, expect, it } from 'vitest';
import { SpanledgerSpanProcessor } from '../index.js';
import { replay } from '../testing/golden.js';
import { TraceKit } from '../testing/trace-kit.js';
import { LogToSpanBridge, type LogToSpanBridgeOptions } from './index.js';

/** A tracer and a logger with the bridge between them. */
function bridged(
  options: LogToSpanBridgeOptions = {},
  provider: Omit<TracerProviderOptions, 'spanProcessors'> = {},
) {
  const bridge = new LogToSpanBridge({ captureContent: true, ...options });
  const kit = new TraceKit({ bridge }, provider);
  const logger = new LoggerProvider({ processors: [bridge] }).getLogger('instrumentation');
  const emit = (span: Span, record: LogRecord) =>
    logger.emit({ ...record, context: trace.setSpan(ROOT_CONTEXT, span) });
  return { kit, emit, bridge };
}
const json = (value: unknown) => JSON.parse(String(value)) as unknown;

describe('the log-to-span bridge', () => {
  it('puts the old events, one a message, on their span', () => {
    const { kit, emit } = bridged();
    const span = kit.call();
    emit(span, {
      attributes: { 'event.name': 'gen_ai.system.message' },
      body: { content: 'Be brief.' },
    });
    emit(span, {
      eventName: 'gen_ai.user.message',
      body: { content: [{ type: 'text', text: '2 + 2?' }] },
    });
    emit(span, {
      eventName: 'gen_ai.assistant.message',
      body: {
        tool_calls: [{ id: 't1', type: 'function', function: { name: 'sum', arguments: '{}' } }],
      },
    });
    emit(span, { eventName: 'gen_ai.tool.message', body: { id: 't1', content: '4' } });
    emit(span, {
      eventName: 'gen_ai.choice',
      body: { index: 0, finish_reason: 'stop', message: { content: 'Four.' } },
    });
    span.end();
    const [attributes] = kit.named('call');
    expect(json(attributes?.['gen_ai.input.messages'])).toEqual([
      { role: 'system', parts: [{ type: 'text', content: 'Be brief.' }] },
      { role: 'user', parts: [{ type: 'text', content: '2 + 2?' }] },
      { role: 'assistant', parts: [{ type: 'tool_call', id: 't1', name: 'sum', arguments: '{}' }] },
      { role: 'tool', parts: [{ type: 'tool_call_response', id: 't1', response: '4' }] },
    ]);
    expect(json(attributes?.['gen_ai.output.messages'])).toEqual([
      { role: 'assistant', parts: [{ type: 'text', content: 'Four.' }], finish_reason: 'stop' },
    ]);
  });

  it('puts the details event of today on its span, from attributes or body, structured or JSON', () => {
    const messages = [{ role: 'user', parts: [{ type: 'text', content: '2 + 2?' }] }];
    const { kit, emit } = bridged();
    const span = kit.call();
    const eventName = 'gen_ai.client.inference.operation.details';
    emit(span, {
      eventName,
      attributes: { 'gen_ai.input.messages': messages, 'gen_ai.system_instructions': 'Be brief.' },
    });
    emit(span, { eventName, body: { 'gen_ai.output.messages': JSON.stringify(messages) } });
    span.end();
    const [attributes] = kit.named('call');
    expect(json(attributes?.['gen_ai.input.messages'])).toEqual(messages);
    expect(json(attributes?.['gen_ai.output.messages'])).toEqual(messages);
    expect(json(attributes?.['gen_ai.system_instructions'])).toEqual([
      { type: 'text', content: 'Be brief.' },
    ]);
  });

  it('understands the events that @opentelemetry/instrumentation-openai was recorded to emit', () => {
    const bridge = new LogToSpanBridge({ captureContent: true });
    const exporter = new InMemorySpanExporter();
    const tracers = new TracerProvider({
      spanProcessors: [
        new SpanledgerSpanProcessor({ bridge }),
        new SimpleSpanProcessor({ exporter }),
      ],
    });
    const logger = new LoggerProvider({ processors: [bridge] }).getLogger('instrumentation');
    replay('openai-otel', (name) => tracers.getTracer(name), logger);
    // Chat, chat streamed, responses; the embeddings have no messages.
    const [chat, streamed, responses] = exporter.getFinishedSpans().map(({ attributes }) => ({
      input: json(attributes['gen_ai.input.messages'] ?? 'null'),
      output: json(attributes['gen_ai.output.messages'] ?? 'null'),
    }));
    const said = {
      input: [{ role: 'user', parts: [{ type: 'text', content: '2 + 2?' }] }],
      output: [
        { role: 'assistant', parts: [{ type: 'text', content: 'Four.' }], finish_reason: 'stop' },
      ],
    };
    expect([chat, streamed, responses]).toEqual([said, said, said]);
  });

  it('goes by the context of the record, so that two calls at once do not mix', () => {
    const { kit, emit } = bridged();
    const spans = [kit.call({ name: 'a' }), kit.call({ name: 'b' })];
    for (const [index, span] of spans.entries()) {
      emit(span, { eventName: 'gen_ai.user.message', body: { content: `to ${index}` } });
    }
    for (const span of spans) span.end();
    expect(String(kit.named('a')[0]?.['gen_ai.input.messages'])).toContain('to 0');
    expect(String(kit.named('b')[0]?.['gen_ai.input.messages'])).toContain('to 1');
  });

  it('puts nothing anywhere when capture is off, which it is by default', () => {
    const { kit, emit } = bridged({ captureContent: undefined });
    const off = bridged({ captureContent: false });
    for (const { kit: each, emit: to } of [{ kit, emit }, off]) {
      const span = each.call();
      to(span, { eventName: 'gen_ai.user.message', body: { content: 'secret' } });
      span.end();
      expect(JSON.stringify(each.finished[0]?.attributes)).not.toContain('secret');
    }
  });

  it('stays within the limit and valid after thousands of messages, and spares other attributes', () => {
    const { kit, emit } = bridged();
    const span = kit.call({ scope: { conversation: { id: 'c1' } } });
    for (let i = 0; i < 5000; i++) {
      emit(span, {
        eventName: 'gen_ai.user.message',
        body: { content: `message ${i} ${'"'.repeat(50)}` },
      });
    }
    span.end();
    const [attributes] = kit.named('call');
    const text = String(attributes?.['gen_ai.input.messages']);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(2000);
    expect(JSON.stringify((json(text) as unknown[]).at(-1))).toContain('message 4999');
    expect(attributes?.['gen_ai.conversation.id']).toBe('c1');
    expect(kit.finished[0]?.events).toEqual([]);
  });

  it("is still valid JSON under the SDK's own limit on lengths", () => {
    const { kit, emit } = bridged({}, { spanLimits: { attributeValueLengthLimit: 150 } });
    const span = kit.call();
    emit(span, { eventName: 'gen_ai.user.message', body: { content: 'x'.repeat(1000) } });
    span.end();
    const text = String(kit.named('call')[0]?.['gen_ai.input.messages']);
    expect(text.length).toBeLessThanOrEqual(150);
    expect(json(text)).toMatchObject([{ role: 'user' }]);
  });

  it('redacts every text before it keeps it', () => {
    const { kit, emit } = bridged({ redact: (text) => text.replaceAll(/sk-\w+/g, '[key]') });
    const span = kit.call();
    emit(span, { eventName: 'gen_ai.user.message', body: { content: 'my key is sk-abc' } });
    span.end();
    expect(String(kit.named('call')[0]?.['gen_ai.input.messages'])).toContain('my key is [key]');
  });

  it('leaves alone what the span says itself', () => {
    const { kit, emit } = bridged();
    const span = kit.call();
    span.setAttribute('gen_ai.input.messages', 'own');
    emit(span, { eventName: 'gen_ai.user.message', body: { content: 'other' } });
    span.end();
    expect(kit.named('call')[0]?.['gen_ai.input.messages']).toBe('own');
  });

  it.each([
    { eventName: 'http.request', body: { content: 'x' } },
    { eventName: 'gen_ai.user.message', body: 'text' },
    { eventName: 'gen_ai.choice', body: { message: null } },
    { eventName: 'gen_ai.user.message', body: { content: null } },
    {
      eventName: 'gen_ai.client.inference.operation.details',
      attributes: { 'gen_ai.input.messages': '[{' },
    },
  ])('survives and passes over %o', (record) => {
    const { kit, emit } = bridged();
    const span = kit.call();
    emit(span, record);
    span.end();
    expect(kit.named('call')[0]?.['gen_ai.input.messages'] ?? '[]').toMatch(
      /^\[(\{"role":"user","parts":\[\]\})?\]$/,
    );
  });
});
