import Anthropic from '@anthropic-ai/sdk';
import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  CompositePropagator,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
} from '@opentelemetry/core';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { observe } from '../observe/index.js';
import { SpanledgerSpanProcessor } from '../spans/index.js';
import { withScope, type Scope } from './index.js';

const SECRETIVE: Scope = {
  conversation: { id: 'planted-conversation', turn: 4711 },
  workflow: { id: 'planted-workflow', type: 'planted-type' },
  agent: { name: 'planted-agent', id: 'planted-agent-id', version: 'planted-version' },
  userId: 'planted-user',
  tags: ['planted-tag'],
  attributes: { tenant: 'planted-tenant' },
};

/** Everything that a request of the SDK carries, as text. */
async function requestsOf(call: (client: Anthropic) => Promise<unknown>): Promise<string> {
  const sent: string[] = [];
  const client = new Anthropic({
    apiKey: 'test',
    fetch: async (url, init) => {
      const headers = JSON.stringify([...new Headers(init?.headers)]);
      sent.push(
        `${String(url instanceof Request ? url.url : url)} ${headers} ${init?.body as string}`,
      );
      return Response.json({
        id: 'msg_1',
        type: 'message',
        role: 'assistant',
        model: 'claude-haiku-4-5',
        content: [{ type: 'text', text: 'Hello' }],
        stop_reason: 'end_turn',
        usage: { input_tokens: 1, output_tokens: 1 },
      });
    },
  });
  await call(client);
  expect(sent).toHaveLength(1);
  return sent.join('\n');
}

const ASK = {
  model: 'claude-haiku-4-5',
  max_tokens: 10,
  messages: [{ role: 'user' as const, content: 'Hi' }],
};

describe('a provider', () => {
  beforeAll(() => {
    // The OpenTelemetry SDK's own default: with it the provider's SDK sends what is ambient.
    propagation.setGlobalPropagator(
      new CompositePropagator({
        propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
      }),
    );
    context.setGlobalContextManager(new AsyncLocalStorageContextManager());
    trace.setGlobalTracerProvider(
      new TracerProvider({ spanProcessors: [new SpanledgerSpanProcessor()] }),
    );
  });
  afterAll(() => {
    trace.disable();
    context.disable();
    propagation.disable();
  });

  it('is told nothing of the scope', async () => {
    const sent = await requestsOf((client) =>
      withScope(SECRETIVE, () =>
        observe({ kind: 'agent', scope: SECRETIVE }, () => client.messages.create(ASK))(),
      ),
    );
    expect(sent).toContain('traceparent');
    expect(sent).not.toMatch(/planted|4711|spanledger/i);
  });

  it('would have been told, had the scope been ambient baggage', async () => {
    const baggage = propagation.createBaggage({ 'user.id': { value: 'planted-user' } });
    const sent = await requestsOf((client) =>
      context.with(propagation.setBaggage(context.active(), baggage), () =>
        client.messages.create(ASK),
      ),
    );
    expect(sent).toContain('planted-user');
  });
});
