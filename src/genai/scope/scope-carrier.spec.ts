import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { context } from '@opentelemetry/api';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SCOPE_HEADER, ScopeCarrier, currentScope, withScope, type Scope } from './index.js';

const SCOPE: Scope = {
  conversation: { id: 'conv_1', turn: 3 },
  workflow: { id: 'wf_1', type: 'triage' },
  agent: { name: 'clerk', id: 'a1', description: 'Sorts mail', version: '2' },
  userId: 'Zoë ✓',
  tags: ['beta', 'eu'],
  attributes: { tenant: 'x', priority: 2, paid: true, regions: ['eu', 'us'] },
};
const QUEUE = 'queue:mail';
const carrier = new ScopeCarrier({ destinations: [QUEUE], incoming: true });
const carried = (scope: Scope) => carrier.extract(carrier.inject(QUEUE, scope));

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager());
});
afterAll(() => context.disable());

describe('a scope that crosses processes', () => {
  it('arrives as it left', () => {
    const headers = withScope(SCOPE, () => carrier.inject(QUEUE));
    expect(Object.keys(headers)).toEqual([SCOPE_HEADER]);
    expect(headers[SCOPE_HEADER]).toMatch(/^[\x20-\x7e]+$/);
    expect(carrier.extract(headers)).toEqual(SCOPE);
    expect(carrier.extract(new Headers(headers))).toEqual(SCOPE);
    expect(carrier.extract({ [SCOPE_HEADER]: Buffer.from(headers[SCOPE_HEADER] ?? '') })).toEqual(
      SCOPE,
    );
    expect(carrier.run(headers, currentScope)).toEqual(SCOPE);
  });

  it('lies under the receiver own scope, which stays where nothing arrives', () => {
    const own = () => carrier.run(carrier.inject(QUEUE, { userId: 'ada' }), currentScope);
    expect(withScope({ workflow: { id: 'w' } }, own)).toEqual({
      workflow: { id: 'w' },
      userId: 'ada',
    });
    expect(withScope({ userId: 'eve' }, () => carrier.run({}, currentScope))).toEqual({
      userId: 'eve',
    });
  });

  it('is nothing when there is none', () => {
    expect(carrier.inject(QUEUE)).toEqual({});
    expect(carrier.extract({})).toEqual({});
  });
});

describe('where a scope may go', () => {
  const to = (destinations: string[], destination: string | URL) =>
    SCOPE_HEADER in new ScopeCarrier({ destinations }).inject(destination, SCOPE);

  it.each([
    [['https://search.internal'], 'https://search.internal/find?q=1', true],
    [['https://search.internal'], 'https://search.internal:443/', true],
    [['https://search.internal:8443'], 'https://search.internal/', false],
    [['https://search.internal'], 'http://search.internal/', false],
    [['https://search.internal'], 'https://search.internal.evil.example/', false],
    [['https://search.internal'], 'https://evil.example/https://search.internal', false],
    [['https://search.internal'], 'https://search.internal@evil.example/', false],
    [['https://*.internal'], 'https://a.b.internal/', true],
    [['https://*.internal'], 'https://evilinternal/', false],
    [['https://*.internal'], 'http://a.internal/', false],
    [['https://*.internal:8443'], 'https://a.internal:8443/', true],
    [['queue:mail'], 'queue:mail', true],
    [['queue:mail'], 'queue:mailing', false],
    [[], 'https://search.internal/', false],
    [['not a url'], '/relative', false],
    [['data:,'], 'data:,other', false],
  ])('%j lets it go to %s: %s', (destinations, destination, goes) => {
    expect(to(destinations, destination)).toBe(goes);
  });

  it('takes a URL object', () => {
    expect(to(['https://search.internal'], new URL('https://search.internal/a'))).toBe(true);
  });
});

describe('what arrives', () => {
  const text = (value: unknown) => ({ [SCOPE_HEADER]: encodeURIComponent(JSON.stringify(value)) });

  it('is not taken unless that is wanted', () => {
    expect(new ScopeCarrier().extract(text(SCOPE))).toEqual({});
  });

  it.each([
    ['nonsense', { [SCOPE_HEADER]: '%E0%A4%A' }],
    ['no JSON', { [SCOPE_HEADER]: 'conv_1' }],
    ['a list', text([SCOPE])],
    ['null', text(null)],
    ['several headers', { [SCOPE_HEADER]: ['a', 'b'] }],
    ['wrong types', text({ conversation: 'c', workflow: { id: 7 }, agent: {}, userId: {} })],
    ['ids too long to be ids', text({ userId: 'x'.repeat(257), conversation: { id: '' } })],
    ['more than a header holds', text({ userId: 'ada', attributes: { a: 'x'.repeat(5000) } })],
    ['unknown parts', text({ __proto__: { userId: 'eve' }, constructor: 1, budget: 9 })],
  ])('is nothing when it is %s', (_, headers) => {
    expect(carrier.extract(headers)).toEqual({});
  });

  it('leaves out what is wrong and keeps the rest', () => {
    const told = {
      conversation: { id: 'c', turn: -1 },
      tags: ['a', 7, null],
      attributes: { good: 1, nested: { a: 1 }, mixed: [1, 'a'], nothing: null },
    };
    expect(carrier.extract(text(told))).toEqual({
      conversation: { id: 'c' },
      tags: ['a'],
      attributes: { good: 1 },
    });
  });
});

describe('the size of a scope that leaves', () => {
  it('is kept by leaving out the least: attributes, then tags and description', () => {
    const long = 'x'.repeat(4000);
    expect(carried({ ...SCOPE, attributes: { long } })).toEqual({
      ...SCOPE,
      attributes: undefined,
    });
    const tags = Array.from({ length: 32 }, (_, n) => `${n}`.padEnd(200));
    const { description: _, ...agent } = SCOPE.agent ?? { name: '' };
    expect(carried({ ...SCOPE, tags })).toEqual({
      conversation: SCOPE.conversation,
      workflow: SCOPE.workflow,
      agent,
      userId: SCOPE.userId,
    });
    expect(carrier.inject(QUEUE, { userId: 'x'.repeat(5000) })).toEqual({});
  });

  it('never passes 4 kB, and what arrives is what left or nothing', () => {
    const id = fc.string({ minLength: 1, maxLength: 256, unit: 'grapheme' });
    fc.assert(
      fc.property(id, id, fc.array(id, { maxLength: 40 }), (userId, conversation, tags) => {
        const scope = { userId, conversation: { id: conversation }, tags };
        const value = carrier.inject(QUEUE, scope)[SCOPE_HEADER] ?? '';
        expect(value.length).toBeLessThanOrEqual(4096);
        const arrived = carrier.extract({ [SCOPE_HEADER]: value });
        if (userId.length <= 256 && value !== '') expect(arrived.userId).toBe(userId);
        if (conversation.length <= 256 && value !== '')
          expect(arrived.conversation?.id).toBe(conversation);
      }),
    );
  });
});
