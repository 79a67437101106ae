import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { context, logs, trace } from '@opentelemetry/api';
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { withConversation } from '../scope/index.js';
import type { ContentMode } from '../redaction/index.js';
import type { InferenceRecord } from '../spans/index.js';
import { CALL, USAGE } from '../spans/testing/trace-kit.js';
import { install, type InstallOptions } from './index.js';

let exporter: InMemorySpanExporter;
const started = (options: InstallOptions = {}) =>
  install({
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
    instrumentations: [],
    ...options,
  });
const call = () =>
  trace.getTracer('client').startSpan('chat', { attributes: { ...CALL, ...USAGE } });

beforeEach(() => {
  exporter = new InMemorySpanExporter();
  for (const name of Object.keys(process.env))
    if (name.startsWith('OTEL_')) vi.stubEnv(name, undefined);
});
afterEach(async () => {
  await install().shutdown();
  vi.unstubAllEnvs();
});

describe('install', () => {
  it('makes calls anywhere in the process costed and scoped, and tells of them', async () => {
    const calls: InferenceRecord[] = [];
    const installed = started({
      onInference: (record) => calls.push(record),
      resource: { 'service.name': 'shop' },
    });
    withConversation({ id: 'c1' }, () => call().end());
    await installed.forceFlush();
    const [span] = exporter.getFinishedSpans();
    expect(span?.attributes).toMatchObject({
      'gen_ai.usage.cost_usd': 0.0015,
      'gen_ai.conversation.id': 'c1',
    });
    expect(span?.resource.attributes['service.name']).toBe('shop');
    expect(calls).toHaveLength(1);
  });

  it('takes the service name of the environment over its own', async () => {
    vi.stubEnv('OTEL_SERVICE_NAME', 'shop-eu');
    const installed = started({ resource: { 'service.name': 'shop', team: 'a' } });
    call().end();
    await installed.forceFlush();
    expect(exporter.getFinishedSpans()[0]?.resource.attributes).toMatchObject({
      'service.name': 'shop-eu',
      team: 'a',
    });
  });

  it('is done once: a second call gives the same handle', () => {
    const first = started();
    expect(install()).toBe(first);
    call().end();
    expect(first.spanProcessor?.stats().calls).toBe(1);
  });

  it('starts anew after a shutdown, which may be asked for twice', async () => {
    const first = started();
    await Promise.all([first.shutdown(), first.shutdown()]);
    const second = started();
    expect(second).not.toBe(first);
    call().end();
    expect(second.spanProcessor?.stats().calls).toBe(1);
  });

  it('loses no call to the sampler', () => {
    vi.stubEnv('OTEL_TRACES_SAMPLER', 'always_off');
    const { spanProcessor } = started();
    call().end();
    expect(spanProcessor?.stats().calls).toBe(1);
    expect(exporter.getFinishedSpans()).toEqual([]);
  });

  it('cuts long values when redaction has seen the whole', async () => {
    vi.stubEnv('OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT', '12');
    const installed = started();
    const span = call();
    span.setAttribute('note', 'key ghp_16C7e42F292c6912E7710c838347Ae178B4a of Ada');
    span.setAttribute('notes', ['key ghp_16C7e42F292c6912E7710c838347Ae178B4a']);
    span.end();
    await installed.forceFlush();
    const [{ attributes } = {}] = exporter.getFinishedSpans();
    expect(attributes).toMatchObject({ note: 'key [redacte', notes: ['key [redacte'] });
  });

  it('hands on content where nothing is exported, by spans that do not say they are sampled', async () => {
    vi.stubEnv('OTEL_TRACES_EXPORTER', 'none');
    const contents: string[] = [];
    const onContent = ({ content }: { content: string }) => contents.push(content);
    const installed = install({ instrumentations: [], content: 'full', onContent });
    const span = call().setAttribute('gen_ai.input.messages', 'Hello');
    expect(span.spanContext().traceFlags).toBe(0);
    span.end();
    await installed.forceFlush();
    expect(contents).toEqual(['Hello']);
  });

  it('does nothing when OTEL_SDK_DISABLED is set', async () => {
    vi.stubEnv('OTEL_SDK_DISABLED', 'true');
    const installed = started();
    expect(call().isRecording()).toBe(false);
    expect(installed.spanProcessor).toBeUndefined();
    await installed.forceFlush();
  });

  it('refuses to stand beside another SDK, and says what to do', () => {
    trace.setGlobalTracerProvider(new TracerProvider());
    try {
      expect(() => started()).toThrow(/another OpenTelemetry SDK.*SpanledgerSpanProcessor/);
    } finally {
      trace.disable();
    }
  });

  it('does not record command-line arguments, which may hold secrets', async () => {
    const installed = started();
    call().end();
    await installed.forceFlush();
    expect(Object.keys(exporter.getFinishedSpans()[0]?.resource.attributes ?? {})).not.toContain(
      'process.command_args',
    );
  });

  it.each<[string | undefined, ContentMode | undefined, boolean]>([
    [undefined, undefined, false],
    ['true', undefined, true],
    ['NO_CONTENT', undefined, false],
    ['span_only', undefined, true],
    ['true', 'off', false],
    ['false', 'redacted', true],
  ])(
    'captures content by environment %s and option %s: %s',
    async (environment, content, captured) => {
      vi.stubEnv('OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT', environment);
      const installed = started({ content });
      const span = call();
      logs.getLogger('client').emit({
        eventName: 'gen_ai.user.message',
        body: { content: '2 + 2?' },
        context: trace.setSpan(context.active(), span),
      });
      span.end();
      await installed.forceFlush();
      expect('gen_ai.input.messages' in (exporter.getFinishedSpans()[0]?.attributes ?? {})).toBe(
        captured,
      );
    },
  );
});

describe('the exporters of install', () => {
  let server: Server;
  let received: string[];

  beforeEach(async () => {
    received = [];
    server = createServer((request, response) => {
      received.push(`${request.method} ${request.url}`);
      request.resume().on('end', () => response.end());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => void server.close());

  const endpoint = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  it.each(['http/protobuf', 'http/json', undefined])(
    'send to the endpoint of the environment by %s',
    async (protocol) => {
      vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', endpoint());
      vi.stubEnv('OTEL_EXPORTER_OTLP_PROTOCOL', protocol);
      vi.stubEnv('OTEL_METRICS_EXPORTER', 'none');
      const installed = started();
      call().end();
      await installed.forceFlush();
      expect(received).toEqual(['POST /v1/traces']);
    },
  );

  it.each(['none', undefined])('are none when the environment says %s', async (named) => {
    vi.stubEnv('OTEL_TRACES_EXPORTER', named);
    if (named) vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', endpoint());
    vi.stubEnv('OTEL_LOGS_EXPORTER', 'none');
    vi.stubEnv('OTEL_METRICS_EXPORTER', 'none');
    const installed = started();
    call().end();
    await installed.forceFlush();
    expect(received).toEqual([]);
  });
});
