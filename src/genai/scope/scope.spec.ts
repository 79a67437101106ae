import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT_CONTEXT, context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { observe } from '../observe/index.js';
import {
  contextWithScope,
  currentScope,
  scopeFrom,
  withAgent,
  withAttributes,
  withConversation,
  withScope,
  withWorkflow,
} from './index.js';

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager());
});
afterAll(() => context.disable());

describe('a scope', () => {
  it('is empty outside of any', () => {
    expect(currentScope()).toEqual({});
    expect(scopeFrom(ROOT_CONTEXT)).toBeUndefined();
  });

  it('holds what it was given, and ends with its function', () => {
    const inside = withConversation({ id: 'conv_1', turn: 2, userId: 'ada' }, currentScope);
    expect(inside).toEqual({ conversation: { id: 'conv_1', turn: 2 }, userId: 'ada' });
    expect(currentScope()).toEqual({});
  });

  it('ends with its function when that throws', () => {
    const work = () => {
      throw new Error('broken');
    };
    expect(() => withAgent({ name: 'support' }, work)).toThrow('broken');
    expect(currentScope()).toEqual({});
  });

  it('cannot be changed by whoever reads it', () => {
    withAgent({ name: 'support' }, () => {
      expect(Object.isFrozen(currentScope())).toBe(true);
    });
  });
});

describe('scopes in scopes', () => {
  it('add up: conversation, workflow, agent, user', () => {
    withConversation({ id: 'conv_1', userId: 'ada' }, () =>
      withWorkflow({ id: 'wf_1', type: 'support' }, () =>
        withAgent({ name: 'router', version: '2' }, () => {
          expect(currentScope()).toEqual({
            conversation: { id: 'conv_1' },
            workflow: { id: 'wf_1', type: 'support' },
            agent: { name: 'router', version: '2' },
            userId: 'ada',
          });
        }),
      ),
    );
  });

  it('do not inherit the turn, the type or the version of the outer one of their kind', () => {
    withConversation({ id: 'outer', turn: 7 }, () =>
      withWorkflow({ id: 'outer', type: 'support' }, () =>
        withAgent({ name: 'outer', version: '2' }, () => {
          const inner = withConversation({ id: 'inner' }, () =>
            withWorkflow({ id: 'inner' }, () => withAgent({ name: 'inner' }, currentScope)),
          );
          expect(inner).toEqual({
            conversation: { id: 'inner' },
            workflow: { id: 'inner' },
            agent: { name: 'inner' },
          });
        }),
      ),
    );
  });

  it('merge attributes, the inner value winning, and add tags', () => {
    const inner = withScope({ tags: ['a'], attributes: { tenant: 'x', plan: 'free' } }, () =>
      withScope({ tags: ['b', 'a'] }, () => withAttributes({ plan: 'paid' }, currentScope)),
    );
    expect(inner).toEqual({ tags: ['a', 'b'], attributes: { tenant: 'x', plan: 'paid' } });
  });

  it('keep typed values out of reach of attributes', () => {
    const inner = withConversation({ id: 'true' }, () =>
      withAttributes({ conversation: 'spoofed', userId: 'eve' }, currentScope),
    );
    expect(inner.conversation).toEqual({ id: 'true' });
    expect(inner.userId).toBeUndefined();
  });

  it('give a workflow an id of its own when it has none', () => {
    const ids = Array.from({ length: 1_000 }, () =>
      withWorkflow({}, () => currentScope().workflow?.id),
    );
    expect(new Set(ids).size).toBe(1_000);
  });
});

describe('a scope is carried', () => {
  const id = () => currentScope().conversation?.id;

  it('through await, timers and parallel promises', async () => {
    const seen = await withConversation({ id: 'conv_1' }, async () => {
      await sleep(1);
      const timer = await new Promise((resolve) => setTimeout(() => resolve(id()), 1));
      const parallel = await Promise.all([sleep(2).then(id), sleep(1).then(id)]);
      return [id(), timer, ...parallel];
    });
    expect(seen).toEqual(['conv_1', 'conv_1', 'conv_1', 'conv_1']);
  });

  it('by an emitter whose listener is bound', () => {
    const emitter = new EventEmitter();
    const seen: unknown[] = [];
    withConversation({ id: 'conv_1' }, () => {
      emitter.on(
        'event',
        context.bind(context.active(), () => seen.push(id())),
      );
    });
    emitter.emit('event');
    expect(seen).toEqual(['conv_1']);
  });

  it('apart for concurrent work', async () => {
    const seen = await Promise.all(
      ['a', 'b', 'c'].map((name, n) =>
        withConversation({ id: name }, async () => {
          await sleep(5 - n);
          return id();
        }),
      ),
    );
    expect(seen).toEqual(['a', 'b', 'c']);
  });

  it('into an observed generator that is consumed later, and not out of it', async () => {
    const numbers = observe(async function* numbers() {
      yield id();
      await sleep(1);
      yield withConversation({ id: 'inner' }, id);
      yield id();
    });
    const consumed: unknown[] = [];
    await withConversation({ id: 'conv_1' }, async () => {
      for await (const value of numbers()) {
        consumed.push(value, id());
      }
    });
    expect(consumed).toEqual(['conv_1', 'conv_1', 'inner', 'conv_1', 'conv_1', 'conv_1']);
    expect(id()).toBeUndefined();
  });

  it('by a context that is handed on', () => {
    const carrier = contextWithScope(ROOT_CONTEXT, { userId: 'ada' });
    expect(scopeFrom(carrier)).toEqual({ userId: 'ada' });
    expect(context.with(carrier, currentScope)).toEqual({ userId: 'ada' });
  });
});
