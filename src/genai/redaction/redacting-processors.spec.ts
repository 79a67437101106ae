import {
  ROOT_CONTEXT,
  SpanStatusCode,
  context,
  createTraceState,
  trace,
  type Span,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  InMemoryLogRecordExporter,
  LoggerProvider,
  SimpleLogRecordProcessor,
} from '@opentelemetry/sdk-logs';
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadSdk } from '../install/sdk-packages.js';
import { observe } from '../observe/index.js';
import { isContent } from './content-attributes.js';
import {
  Redaction,
  RedactionStage,
  Redactor,
  contentModeOf,
  withContentMode,
  type CapturedContent,
  type ContentMode,
} from './index.js';

const KEY = 'sk-ant-api03-abcdefghijklmnop123456';
const SAID = `mail ada@example.org, key ${KEY}`;
const CLEAN = 'mail [redacted:email], key [redacted:anthropic_key]';

function traced(
  write: (span: Span) => void,
  mode: ContentMode = 'redacted',
  options: { onContent?: (content: CapturedContent) => void; stage?: RedactionStage } = {},
) {
  const exporter = new InMemorySpanExporter();
  const seen: ReadableSpan[] = [];
  const stage = options.stage ?? new RedactionStage();
  const redaction = new Redaction({ mode, ...options, stage });
  const provider = new TracerProvider({
    spanProcessors: [
      redaction.ofSpans(new SimpleSpanProcessor({ exporter })),
      {
        onStart() {},
        onEnd: (span) => void seen.push(span as ReadableSpan),
        forceFlush: async () => {},
        shutdown: async () => {},
      },
    ],
  });
  const span = provider.getTracer('anyone').startSpan('work');
  write(span);
  span.end();
  return { exported: exporter.getFinishedSpans(), seen, stage };
}

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager());
});
afterAll(() => {
  context.disable();
  trace.disable();
});

describe('a span on its way to an exporter', () => {
  it('is redacted in name, status, attributes, events and links, on a copy', () => {
    const { exported, seen } = traced((span) => {
      span.updateName(`GET /x?api_key=${KEY}`);
      span.setStatus({ code: SpanStatusCode.ERROR, message: SAID });
      span.setAttributes({ note: SAID, list: [SAID, 'ok'], 'gen_ai.input.messages': SAID, n: 1 });
      span.recordException(new Error(SAID));
      span.addLink({ context: span.spanContext(), attributes: { why: SAID } });
    });
    const [span] = exported;
    expect(
      JSON.stringify([span?.name, span?.status, span?.attributes, span?.events, span?.links]),
    ).not.toMatch(/ada@|sk-ant/);
    expect(span?.attributes).toEqual({
      note: CLEAN,
      list: [CLEAN, 'ok'],
      'gen_ai.input.messages': CLEAN,
      n: 1,
    });
    expect(span?.events[0]?.attributes?.['exception.message']).toBe(CLEAN);
    expect(span?.spanContext()).toEqual(seen[0]?.spanContext());
    expect(span?.resource).toBe(seen[0]?.resource);
    expect(seen[0]?.attributes['note']).toBe(SAID);
    expect(seen[0]?.status.message).toBe(SAID);
  });

  it('is redacted in its resource, once for all spans of it', () => {
    const exporter = new InMemorySpanExporter();
    const redaction = new Redaction({ mode: 'off', stage: new RedactionStage() });
    const provider = new TracerProvider({
      resource: loadSdk().resourceFromAttributes({
        'service.name': 'shop',
        'deploy.token': KEY,
      }) as ReadableSpan['resource'],
      spanProcessors: [redaction.ofSpans(new SimpleSpanProcessor({ exporter }))],
    });
    for (const name of ['one', 'two']) provider.getTracer('anyone').startSpan(name).end();
    const [one, two] = exporter.getFinishedSpans();
    expect(one?.resource.attributes).toEqual({
      'service.name': 'shop',
      'deploy.token': '[redacted:anthropic_key]',
    });
    expect(two?.resource).toBe(one?.resource);
  });

  it('loses a trace state that has a secret in it, and keeps any other', () => {
    const exporter = new InMemorySpanExporter();
    const redaction = new Redaction({ mode: 'off', stage: new RedactionStage() });
    const provider = new TracerProvider({
      spanProcessors: [redaction.ofSpans(new SimpleSpanProcessor({ exporter }))],
    });
    for (const state of [`vendor=${KEY}`, 'vendor=x']) {
      const parent = {
        traceId: '0af7651916cd43dd8448eb211c80319c',
        spanId: 'b7ad6b7169203331',
        traceFlags: 1,
        traceState: createTraceState(state),
      };
      const within = trace.setSpanContext(ROOT_CONTEXT, parent);
      const links = [{ context: parent }];
      provider.getTracer('anyone').startSpan('work', { links }, within).end();
    }
    const states = exporter
      .getFinishedSpans()
      .map((span) => [span.spanContext().traceState, span.links[0]?.context.traceState])
      .map((pair) => pair.map((state) => state?.serialize()));
    expect(states).toEqual([
      [undefined, undefined],
      ['vendor=x', 'vendor=x'],
    ]);
  });

  it('keeps no content while the mode is off', () => {
    const { exported } = traced((span) => span.setAttribute('input.value', 'hello'), 'off');
    expect(exported[0]?.attributes).toEqual({});
  });

  it('keeps length and hash by the mode metadata', () => {
    const { exported } = traced((span) => span.setAttribute('ai.prompt', 'abc'), 'metadata');
    expect(exported[0]?.attributes).toEqual({
      'ai.prompt.length': 3,
      // SHA-256 of "abc", the first example of FIPS 180.
      'ai.prompt.sha256': 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    });
  });

  it('keeps content as it is by the mode full, and redacts all else', () => {
    const { exported } = traced(
      (span) => span.setAttributes({ 'input.value': SAID, note: SAID }),
      'full',
    );
    expect(exported[0]?.attributes).toEqual({ 'input.value': SAID, note: CLEAN });
  });

  it('is redacted in its scope, the same for all spans of it', () => {
    const exporter = new InMemorySpanExporter();
    const redaction = new Redaction({ mode: 'off', stage: new RedactionStage() });
    const provider = new TracerProvider({
      spanProcessors: [redaction.ofSpans(new SimpleSpanProcessor({ exporter }))],
    });
    const tracer = provider.getTracer(`of ${KEY}`, KEY, { schemaUrl: `https://x.dev/${KEY}` });
    for (const name of ['one', 'two']) tracer.startSpan(name).end();
    const [one, two] = exporter.getFinishedSpans();
    expect(one?.instrumentationScope).toMatchObject({
      name: 'of [redacted:anthropic_key]',
      version: '[redacted:anthropic_key]',
      schemaUrl: 'https://x.dev/[redacted:anthropic_key]',
    });
    expect(two?.instrumentationScope).toBe(one?.instrumentationScope);
  });

  it('keeps its parent, without the trace state that came with it', () => {
    const exporter = new InMemorySpanExporter();
    const redaction = new Redaction({ mode: 'off', stage: new RedactionStage() });
    const provider = new TracerProvider({
      spanProcessors: [redaction.ofSpans(new SimpleSpanProcessor({ exporter }))],
    });
    const parent = {
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: 1,
      isRemote: true,
    };
    const traceState = createTraceState(`vendor=${KEY}`);
    const within = trace.setSpanContext(ROOT_CONTEXT, { ...parent, traceState });
    provider.getTracer('anyone').startSpan('work', {}, within).end();
    expect(exporter.getFinishedSpans()[0]?.parentSpanContext).toEqual(parent);
  });

  it('gives content to the sink, linked, and keeps length and hash', () => {
    const given: CapturedContent[] = [];
    const { exported } = traced((span) => span.setAttribute('input.value', SAID), 'redacted', {
      onContent: (content) => given.push(content),
    });
    const { traceId, spanId } = exported[0]!.spanContext();
    expect(given).toMatchObject([{ traceId, spanId, key: 'input.value', content: CLEAN }]);
    expect(exported[0]?.attributes).toEqual({
      'input.value.length': CLEAN.length,
      'input.value.sha256': given[0]?.sha256,
    });
  });

  it('loses the value that cannot be redacted, and the loss is counted', () => {
    const redactor = new Redactor();
    const stage = new RedactionStage({
      redact: (text) => {
        if (text === SAID) throw new Error('fault');
        return redactor.redact(text);
      },
    });
    const { exported } = traced((span) => span.setAttributes({ note: SAID, other: 'ok' }), 'full', {
      stage,
    });
    expect(exported[0]?.attributes).toEqual({ other: 'ok' });
    expect(stage.stats()).toEqual({ dropped: 1 });
  });

  it('loses content when the sink throws', () => {
    const { exported, stage } = traced((span) => span.setAttribute('input.value', SAID), 'full', {
      onContent: () => {
        throw new Error('disk full');
      },
    });
    expect(exported[0]?.attributes).toEqual({});
    expect(stage.stats().dropped).toBe(1);
  });
});

describe('a content mode', () => {
  function runs(work: () => void, mode: ContentMode): ReadableSpan[] {
    const exporter = new InMemorySpanExporter();
    const redaction = new Redaction({ stage: new RedactionStage(), mode });
    trace.setGlobalTracerProvider(
      new TracerProvider({
        spanProcessors: [redaction.ofSpans(new SimpleSpanProcessor({ exporter }))],
      }),
    );
    work();
    trace.disable();
    return exporter.getFinishedSpans();
  }
  const anyone = () =>
    trace
      .getTracer('anyone')
      .startSpan('x', { attributes: { 'input.value': 'hi' } })
      .end();

  it('holds for a scope and all spans that begin in it', () => {
    const spans = runs(() => {
      withContentMode('full', anyone);
      anyone();
    }, 'off');
    expect(spans.map((span) => span.attributes['input.value'])).toEqual(['hi', undefined]);
  });

  it('holds for an observed function and what it calls', () => {
    const ask = observe({ name: 'ask', content: 'redacted', captureInput: true }, (_: string) =>
      anyone(),
    );
    const spans = runs(() => ask(SAID), 'off');
    expect(spans[0]?.attributes['input.value']).toBe('hi');
    expect(spans[1]?.attributes['gen_ai.input.messages']).toContain(CLEAN);
  });

  it('off is stronger than the flags of an observed function', () => {
    const ask = observe(
      { name: 'ask', content: 'off', captureInput: true, captureArgs: true },
      (_: string) => 1,
    );
    expect(JSON.stringify(runs(() => ask(SAID), 'full')[0]?.attributes)).not.toContain('ada');
  });

  it.each([
    [{}, 'off'],
    [{ SPANLEDGER_CONTENT: 'full' }, 'full'],
    [{ SPANLEDGER_CONTENT: 'everything' }, 'off'],
    [{ OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'true' }, 'redacted'],
    [{ OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'NO_CONTENT' }, 'off'],
    [
      { SPANLEDGER_CONTENT: 'off', OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'true' },
      'off',
    ],
  ])('by %o is %s', (environment, mode) => {
    expect(contentModeOf(environment)).toBe(mode);
  });
});

describe('a log record on its way to an exporter', () => {
  function logged(eventName: string | undefined, mode: ContentMode) {
    const exporter = new InMemoryLogRecordExporter();
    const redaction = new Redaction({ stage: new RedactionStage(), mode });
    const provider = new LoggerProvider({
      processors: [redaction.ofLogs(new SimpleLogRecordProcessor({ exporter }))],
    });
    provider.getLogger(`of ${KEY}`, '1').emit({
      eventName,
      severityText: SAID,
      body: { said: [SAID] },
      attributes: { note: SAID },
      context: ROOT_CONTEXT,
    });
    return exporter.getFinishedLogRecords()[0];
  }

  it('is redacted in body and attributes', () => {
    const record = logged(undefined, 'off');
    expect(record?.body).toEqual({ said: [CLEAN] });
    expect(record?.attributes).toEqual({ note: CLEAN });
  });

  it('is redacted in its scope, its severity and its name', () => {
    const record = logged(`event ${KEY}`, 'off');
    expect(record?.instrumentationScope).toMatchObject({
      name: 'of [redacted:anthropic_key]',
      version: '1',
    });
    expect(record?.severityText).toBe(CLEAN);
    expect(record?.eventName).toBe('event [redacted:anthropic_key]');
  });

  it.each([
    ['off', undefined],
    ['metadata', undefined],
    ['redacted', { said: [CLEAN] }],
    ['full', { said: [SAID] }],
  ] as const)('of a model follows the mode %s', (mode, body) => {
    const seen = logged('gen_ai.user.message', mode)?.body;
    if (mode === 'metadata') expect(Object.keys(seen as object)).toEqual(['length', 'sha256']);
    else expect(seen).toEqual(body);
  });
});

describe('isContent', () => {
  it.each([
    'gen_ai.input.messages',
    'gen_ai.prompt.0.content',
    'gen_ai.completion.0.tool_calls.0.arguments',
    'llm.input_messages.0.message.content',
    'llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments',
    'ai.prompt',
    'ai.prompt.messages',
    'ai.response.text',
    'input.value',
    'traceloop.entity.input',
    'langfuse.observation.input',
    'gen_ai.tool.call.arguments',
    'gen_ai.content.prompt',
    'function.arg.role',
  ])('%s', (key) => expect(isContent(key)).toBe(true));

  it.each([
    'gen_ai.prompt.name',
    'gen_ai.prompt.hash',
    'gen_ai.prompt.0.role',
    'gen_ai.request.model',
    'llm.input_messages.0.message.role',
    'ai.response.finishReason',
    'gen_ai.content.prompt.length',
  ])('not %s', (key) => expect(isContent(key)).toBe(false));
});
