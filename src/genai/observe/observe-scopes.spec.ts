import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { currentScope } from '../scope/index.js';
import { observe } from './observe.js';
import { observeAgent, observeConversation, observeWorkflow } from './observe-scopes.js';
import { collect, exportedSpans } from './testing/spans.js';

const spans = exportedSpans();
const named = (name: string) => spans().filter((span) => span.name === name);

/** A call that costs 1,000 x $1 + 100 x $5 for a million tokens: $0.0015. */
const call = observe({ kind: 'llm' }, async (id: string) => {
  await sleep(1);
  return { id, model: 'claude-haiku-4-5', usage: { input_tokens: 1000, output_tokens: 100 } };
});

describe('observeWorkflow', () => {
  it('opens the scope and the span, which ends with the totals', async () => {
    const triage = observeWorkflow({ type: 'triage', userId: 'ada' }, async () => {
      await Promise.all([call('a'), call('b')]);
      observe({ kind: 'tool', name: 'search' }, () => [])();
      return currentScope().workflow;
    });
    const scope = await triage();
    const [root] = named('invoke_workflow triage');
    expect(scope?.id).toMatch(/^workflow_[0-9a-f-]{36}$/);
    expect(root?.attributes).toMatchObject({
      'gen_ai.workflow.name': 'triage',
      'workflow.id': scope?.id,
      'workflow.type': 'triage',
      'user.id': 'ada',
      'workflow.llm_calls': 2,
      'workflow.tool_calls': 1,
      'workflow.total_cost_usd': 0.003,
    });
    for (const span of named('chat claude-haiku-4-5')) {
      expect(span.attributes['workflow.id']).toBe(scope?.id);
    }
    expect(currentScope()).toEqual({});
  });

  it('makes every run a new one, and takes an id from the arguments', () => {
    const anonymous = observeWorkflow({}, () => currentScope().workflow?.id);
    expect(anonymous()).not.toBe(anonymous());
    const given = observeWorkflow(
      (id: string) => ({ id, type: 'import' }),
      (_id: string) => currentScope().workflow,
    );
    expect(given('run-7')).toEqual({ id: 'run-7', type: 'import' });
  });
});

describe('observeConversation', () => {
  it('makes each call a turn with its totals, apart from those beside it', async () => {
    const answer = observeConversation(
      (id: string, turn: number) => ({ id, turn, name: 'answer', userId: 'ada' }),
      async (id: string, turn: number) => call(`${id} ${turn}`),
    );
    await Promise.all([answer('one', 1), answer('two', 4)]);
    const roots = named('answer').map(({ attributes }) => attributes);
    expect(roots).toMatchObject(
      [
        ['one', 1],
        ['two', 4],
      ].map(([id, turn]) => ({
        'gen_ai.conversation.id': id,
        'gen_ai.conversation.turn_number': turn,
        'user.id': 'ada',
        'workflow.llm_calls': 1,
        'workflow.total_cost_usd': 0.0015,
      })),
    );
    const calls = named('chat claude-haiku-4-5').map(({ attributes }) => [
      attributes['gen_ai.conversation.id'],
      attributes['gen_ai.response.id'],
    ]);
    expect(calls.toSorted()).toEqual([
      ['one', 'one 1'],
      ['two', 'two 4'],
    ]);
  });

  it('goes on without a scope when the arguments tell no id', () => {
    const answer = observeConversation(
      (ask: { id?: string }) => ({ id: ask.id, name: 'answer' }),
      (_ask: { id?: string }) => currentScope(),
    );
    expect(answer({})).toEqual({});
    expect(named('answer')).toHaveLength(1);
  });
});

describe('observeAgent', () => {
  it('opens the scope and the span, for a generator until its end', async () => {
    const research = observeAgent({ name: 'researcher', version: '2' }, async function* () {
      yield currentScope().agent;
      await call('a');
      yield currentScope().agent;
    });
    const agent = { name: 'researcher', version: '2' };
    expect(await collect(research())).toEqual([agent, agent]);
    const ofAgent = { 'gen_ai.agent.name': 'researcher', 'gen_ai.agent.version': '2' };
    expect(named('invoke_agent researcher')[0]?.attributes).toMatchObject(ofAgent);
    expect(named('chat claude-haiku-4-5')[0]?.attributes).toMatchObject(ofAgent);
  });
});
