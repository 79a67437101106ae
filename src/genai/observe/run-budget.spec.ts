import { trace } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { BudgetExceededError, withConversation, withWorkflow } from '../scope/index.js';
import { checkRunBudget, observe, observeWorkflow } from './index.js';
import { endingOf, exportedSpans } from './testing/spans.js';

const spans = exportedSpans();

/** 1,000 input and 100 output tokens of claude-haiku-4-5, at 1 and 5 USD a million: 0.0015 USD. */
const COST = 0.0015;
const answer = (model: string) => ({
  id: `msg_${Math.random()}`,
  type: 'message',
  role: 'assistant',
  model,
  content: [],
  usage: { input_tokens: 1000, output_tokens: 100 },
});
const ask = observe({ kind: 'llm' }, async (request: { model: string }) => answer(request.model));
const haiku = { model: 'claude-haiku-4-5' };

/** A call by somebody else's instrumented client. */
function clientCall(): void {
  const attributes = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'anthropic',
    'gen_ai.request.model': haiku.model,
    'gen_ai.usage.input_tokens': 1000,
    'gen_ai.usage.output_tokens': 100,
  };
  trace.getTracer('client').startSpan('chat', { attributes }).end();
}

const errorOf = async (work: Promise<unknown>) => {
  const error = await work.catch((reason: unknown) => reason);
  if (!(error instanceof BudgetExceededError)) throw new Error(`Not stopped: ${String(error)}`);
  return error;
};

describe('a workflow run with a budget', () => {
  it('is stopped before the call after the one that spends the last of it', async () => {
    let calls = 0;
    const run = withWorkflow({ id: 'run_1', type: 'triage', budgetUsd: 2 * COST }, async () => {
      for (;;) {
        await ask(haiku);
        calls += 1;
      }
    });
    const error = await errorOf(run);
    expect(calls).toBe(2);
    expect(error).toMatchObject({
      name: 'BudgetExceededError',
      workflowId: 'run_1',
      workflowType: 'triage',
      limitUsd: '0.003',
      spentUsd: '0.003',
      unpricedCalls: 0,
    });
    expect(spans()).toHaveLength(2);
  });

  it('knows the calls of an instrumented client, where it is asked to check', async () => {
    await withWorkflow({ budgetUsd: '0.001' }, async () => {
      checkRunBudget();
      clientCall();
      expect(() => checkRunBudget()).toThrow(BudgetExceededError);
    });
    expect(() => checkRunBudget()).not.toThrow();
  });

  it('refuses by a promise what is async, and by a throw what is not', async () => {
    const sync = observe({ kind: 'llm' }, () => answer(haiku.model));
    await withWorkflow({ budgetUsd: 0 }, async () => {
      const refused = ask(haiku);
      await expect(refused).rejects.toThrow(BudgetExceededError);
      expect(() => sync()).toThrow(BudgetExceededError);
    });
  });

  it('still lets its tools save what the money has bought, but begins no agent', async () => {
    const save = observe({ kind: 'tool' }, () => 'saved');
    const agent = observe({ kind: 'agent' }, () => 'begun');
    withWorkflow({ budgetUsd: 0 }, () => {
      expect(save()).toBe('saved');
      expect(agent).toThrow(BudgetExceededError);
    });
  });

  it('spends the money of the run around it as well, and keeps it in inner scopes', async () => {
    await withWorkflow({ id: 'outer', budgetUsd: 2 * COST }, async () => {
      await withWorkflow({ id: 'inner', budgetUsd: 100 }, () => ask(haiku));
      await withConversation({ id: 'conv' }, () => ask(haiku));
      const error = await errorOf(withWorkflow({ id: 'last' }, () => ask(haiku)));
      expect(error.workflowId).toBe('outer');
    });
  });

  it('takes a call of unknown price for the end of it: nobody knows what is left', async () => {
    const run = withWorkflow({ budgetUsd: 100 }, async () => {
      await ask({ model: 'claude-unheard-of' });
      await ask(haiku);
    });
    expect(await errorOf(run)).toMatchObject({ spentUsd: '0', unpricedCalls: 1 });
  });

  it('is there for observed workflows, anew in each run; their span tells the stop', async () => {
    const work = observeWorkflow({ type: 'work', budgetUsd: COST }, async (calls: number) => {
      for (let n = 0; n < calls; n++) await ask(haiku);
      return calls;
    });
    expect(await work(1)).toBe(1);
    expect(await work(1)).toBe(1);
    await errorOf(work(2));
    const failed = spans().filter(({ attributes }) => attributes['error.type']);
    expect(endingOf(failed, 'invoke_workflow work')).toBe('failed: BudgetExceededError');
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, 'ten', '1e3', '0.0000000000001'])(
    'must be an amount of dollars, not %s',
    (budgetUsd) => {
      let ran = false;
      expect(() => withWorkflow({ budgetUsd }, () => (ran = true))).toThrow(RangeError);
      expect(ran).toBe(false);
      expect(() => observeWorkflow({ type: 'x', budgetUsd }, () => 1)).toThrow(RangeError);
    },
  );

  it('spends nothing when options made for the call name no amount', async () => {
    const work = observeWorkflow(
      (limit: string) => ({ type: 'x', budgetUsd: limit }),
      async (_limit: string) => ask(haiku),
    );
    await errorOf(work('ten'));
  });
});
