import { SpanKind } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { TraceKit, CALL } from './testing/trace-kit.js';

const SCOPE = {
  conversation: { id: 'conv_1', turn: 2 },
  workflow: { id: 'wf_1', type: 'support' },
  agent: { name: 'router', id: 'a1', description: 'routes', version: '3' },
  userId: 'ada',
  tags: ['beta'],
  attributes: { tenant: 'acme', tier: 2 },
};
const STAMPED = {
  'gen_ai.conversation.id': 'conv_1',
  'gen_ai.conversation.turn_number': 2,
  'workflow.id': 'wf_1',
  'workflow.type': 'support',
  'gen_ai.agent.name': 'router',
  'gen_ai.agent.id': 'a1',
  'gen_ai.agent.description': 'routes',
  'gen_ai.agent.version': '3',
  'user.id': 'ada',
  tags: ['beta'],
  'custom.tenant': 'acme',
  'custom.tier': 2,
};

describe('the scope on spans', () => {
  it('stands on a span about generative AI, whoever made it', () => {
    const kit = new TraceKit();
    kit.start(CALL, { scope: SCOPE, by: 'anyone' }).end();
    expect(kit.named('span')[0]).toMatchObject(STAMPED);
  });

  it('stands on a span that says only at its end what it is', () => {
    const kit = new TraceKit();
    kit.start({ a: 1 }, { scope: SCOPE }).setAttributes(CALL).end();
    kit.start({ a: 1 }, { scope: SCOPE, kind: SpanKind.CLIENT }).setAttributes(CALL).end();
    expect(kit.named('span')).toMatchObject([STAMPED, STAMPED]);
  });

  it('does not stand on the infrastructure, so that no user id is on database spans', () => {
    const kit = new TraceKit();
    const by = '@opentelemetry/instrumentation-pg';
    kit.start({ 'db.system.name': 'postgresql' }, { scope: SCOPE, by }).end();
    kit.start({ a: 1 }, { scope: SCOPE, by: 'unknown library' }).end();
    expect(kit.named('span')).toEqual([{ 'db.system.name': 'postgresql' }, { a: 1 }]);
  });

  it('stands on spans of nestjs-otel, and of those the application lists', () => {
    const kit = new TraceKit({ scopeSpans: ['shop', 'team-*'] });
    for (const by of ['nestjs-otel', 'shop', 'team-a']) kit.start({}, { scope: SCOPE, by }).end();
    expect(kit.named('span')).toMatchObject([STAMPED, STAMPED, STAMPED]);
  });

  it('stands where a test of the application says so', () => {
    const kit = new TraceKit({ scopeSpans: (span) => span.name === 'mine' });
    kit.start({}, { scope: SCOPE, name: 'mine' }).end();
    kit.start({}, { scope: SCOPE, by: 'nestjs-otel' }).end();
    expect(kit.named('mine')[0]).toMatchObject(STAMPED);
    expect(kit.named('span')).toEqual([{}]);
  });

  it('leaves alone what the span says itself', () => {
    const kit = new TraceKit();
    kit.start({ ...CALL, 'gen_ai.agent.name': 'own', 'user.id': 0 }, { scope: SCOPE }).end();
    expect(kit.named('span')[0]).toMatchObject({ 'gen_ai.agent.name': 'own', 'user.id': 0 });
  });

  it('is that of the span at its start, not of the code that ends it', () => {
    const kit = new TraceKit();
    const first = kit.start(CALL, { scope: { userId: 'ada' } });
    const second = kit.start(CALL, { scope: { userId: 'bob' } });
    second.end();
    first.end();
    expect(kit.named('span').map((attributes) => attributes['user.id'])).toEqual(['bob', 'ada']);
  });

  it('goes with the record of a call, filled up with what the instrumentation says', () => {
    const kit = new TraceKit();
    kit.start({ ...CALL, 'session.id': 's1' }, { scope: { userId: 'ada' } }).end();
    kit.start({ ...CALL, 'gen_ai.conversation.id': 'c2', 'langfuse.user.id': 'bob' }).end();
    kit.start({ ...CALL, 'session.id': 's1' }, { scope: SCOPE }).end();
    expect(kit.calls.map(({ scope }) => scope)).toEqual([
      { userId: 'ada', conversation: { id: 's1' } },
      { userId: 'bob', conversation: { id: 'c2' } },
      SCOPE,
    ]);
  });
});
