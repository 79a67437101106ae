import { Body, Controller, Get, Injectable, Module, Param, Post, Sse } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { trace } from '@opentelemetry/api';
import { timer, type Observable } from 'rxjs';
import { map, take } from 'rxjs/operators';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportedSpans } from '../genai/observe/testing/spans.js';
import { ScopeCarrier, currentScope, type Scope } from '../genai/scope/index.js';
import {
  Observe,
  SpanledgerModule,
  TracingService,
  type SpanledgerModuleOptions,
} from './index.js';

const spans = exportedSpans();

@Injectable()
class Shop {
  constructor(private readonly tracing: TracingService) {}

  @Observe({ name: 'find' })
  find(query: string): string {
    this.tracing.performance({ responseTimeMs: 0 });
    this.tracing.prompt({ template: 'Find {query}' });
    this.tracing.content({ prompt: query, completion: 'found' });
    this.tracing.span({ kind: 'tool', name: 'index' }, () =>
      this.tracing.tool({ name: 'index', arguments: query, result: 0 }),
    );
    this.tracing.span({ name: 'by hand' }, () =>
      this.tracing.standardAttributes({ model: 'gpt-4o', usage: { input_tokens: 1 } }),
    );
    return 'found';
  }
}

@Controller()
class ShopController {
  constructor(private readonly shop: Shop) {}

  @Post('scope/:run')
  async scope(@Body() _body: object, @Param('run') _run: string): Promise<Scope> {
    await Promise.resolve();
    return currentScope();
  }

  @Sse('ticks/:run')
  ticks(): Observable<{ data: string }> {
    return timer(0, 1).pipe(
      take(2),
      map(() => ({ data: currentScope().workflow?.id ?? 'none' })),
    );
  }

  @Get('find')
  find(): string {
    return this.shop.find('secret');
  }
}

async function start(root: object): Promise<NestFastifyApplication> {
  @Module({ controllers: [ShopController], providers: [Shop] })
  class AppModule {}
  const app = await NestFactory.create<NestFastifyApplication>(
    { module: AppModule, imports: [root as never] },
    new FastifyAdapter(),
    { logger: false },
  );
  await app.init();
  return app;
}

const PEER = 'https://search.internal';

const OPTIONS: SpanledgerModuleOptions = {
  carrier: { destinations: [PEER], incoming: true },
  captureContent: true,
  scope: {
    conversationId: 'body.conversation_id',
    workflowId: 'params.run',
    workflowType: 'query.type',
    userId: 'headers.X-User-Id',
  },
};

describe.each([
  ['forRoot', () => SpanledgerModule.forRoot(OPTIONS)],
  ['forRootAsync', () => SpanledgerModule.forRootAsync({ useFactory: async () => OPTIONS })],
])('SpanledgerModule.%s', (_, make) => {
  let app: NestFastifyApplication;
  beforeAll(async () => {
    app = await start(make());
  });
  afterAll(() => app.close());

  it('runs handlers in the scope of their requests, each in its own', async () => {
    const ask = (id: string) =>
      app.inject({
        method: 'POST',
        url: `/scope/run-${id}?type=import`,
        headers: { 'x-user-id': `user-${id}` },
        payload: { conversation_id: id },
      });
    const answers = await Promise.all(['1', '2', '3'].map(ask));
    expect(answers.map((answer) => answer.json<Scope>())).toEqual(
      ['1', '2', '3'].map((id) => ({
        conversation: { id },
        workflow: { id: `run-${id}`, type: 'import' },
        userId: `user-${id}`,
      })),
    );
    expect(currentScope()).toEqual({});
  });

  it.each([
    ['a number', 7, { id: '7' }],
    ['an object', { $ne: 1 }, undefined],
    ['a list', ['a'], undefined],
    ['an empty text', '', undefined],
    ['a text that is too long', 'x'.repeat(257), undefined],
  ])('takes %s for what it is', async (_kind, id, conversation) => {
    const payload = { conversation_id: id };
    const answer = await app.inject({ method: 'POST', url: '/scope/run', payload });
    expect(answer.json<Scope>().conversation).toEqual(conversation);
  });

  it('keeps the scope for what a handler streams', async () => {
    const answer = await app.inject({ url: '/ticks/run-1' });
    expect(answer.body.match(/data: (.*)/g)).toEqual(['data: run-1', 'data: run-1']);
  });

  it('takes the scope that a request brings, and takes it on', async () => {
    const carrier = app.get(ScopeCarrier);
    const headers = carrier.inject(PEER, { userId: 'ada', agent: { name: 'clerk' } });
    const url = '/scope/run-1';
    const answer = await app.inject({ method: 'POST', url, headers, payload: {} });
    expect(answer.json()).toEqual({
      workflow: { id: 'run-1' },
      userId: 'ada',
      agent: { name: 'clerk' },
    });
    const told = await app.inject({
      method: 'POST',
      url,
      headers: { ...headers, 'x-user-id': 'eve' },
      payload: {},
    });
    expect(told.json<Scope>().userId).toBe('eve');
  });

  it('gives a TracingService that writes on the active span', async () => {
    expect((await app.inject({ url: '/find' })).body).toBe('found');
    const named = (name: string) => spans().find((span) => span.name === name);
    expect(named('find')?.attributes).toMatchObject({
      'gen_ai.response.time_ms': 0,
      'gen_ai.prompt.template': 'Find {query}',
    });
    expect(named('find')?.events.map(({ name }) => name)).toEqual([
      'gen_ai.content.prompt',
      'gen_ai.content.completion',
    ]);
    expect(named('execute_tool index')?.attributes['gen_ai.tool.call.result']).toBe('0');
    expect(named('by hand')?.attributes['gen_ai.provider.name']).toBe('openai');
  });
});

describe('SpanledgerModule without options', () => {
  it('reads no scope and captures no content', async () => {
    const app = await start(SpanledgerModule.forRoot({}));
    const answer = await app.inject({
      method: 'POST',
      url: '/scope/run-1',
      headers: new ScopeCarrier({ destinations: [PEER] }).inject(PEER, { userId: 'ada' }),
      payload: { conversation_id: '1' },
    });
    expect(answer.json()).toEqual({});
    await app.inject({ url: '/find' });
    const text = JSON.stringify(spans().map(({ attributes, events }) => [attributes, events]));
    expect(text).toContain('gen_ai.request.model');
    expect(text).not.toContain('secret');
    await app.close();
  });
});

describe('SpanledgerModule with install', () => {
  it('sets up the SDK, and stops it with the application', async () => {
    trace.disable();
    const app = await start(SpanledgerModule.forRoot({ install: { instrumentations: [] } }));
    expect(trace.getTracer('test').startSpan('work').isRecording()).toBe(true);
    await app.close();
    expect(trace.getTracer('test').startSpan('work').isRecording()).toBe(false);
  });
});
