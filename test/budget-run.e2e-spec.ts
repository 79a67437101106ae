import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BudgetExceededError, withWorkflow } from '../src/genai/scope/index.js';
import { Problem } from '../src/http/index.js';
import { LlmService } from '../src/llm/index.js';
import { TestService } from './support/test-service.js';

describe('a workflow run with a budget, by the service', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.stop());

  const ask = () =>
    service.app.get(LlmService).call(
      {
        model: 'claude-haiku-4-5',
        messages: [{ role: 'user', content: 'Hello' }],
        maxTokens: 100,
      },
      { signal: new AbortController().signal },
    );

  it('is held exactly: of many calls at once only those are made that fit', async () => {
    const asked = service.provider.requests.length;
    const results = await withWorkflow({ id: 'run_1', type: 'triage', budgetUsd: '0.002' }, () =>
      Promise.allSettled(Array.from({ length: 10 }, ask)),
    );
    // Worst case: 64 + 2 x 16 + 5 tokens of input at 2 USD a million (a long-lived cache write),
    // 100 of output at 5 USD a million: 0.000702 USD. Two of them fit.
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    expect(service.provider.requests.length - asked).toBe(2);
    const refused = results.flatMap((result) =>
      result.status === 'rejected' ? [result.reason as Problem] : [],
    );
    for (const problem of refused) {
      expect(problem.toDocument()).toMatchObject({ status: 402, scope: 'run', scope_id: 'run_1' });
      expect(problem.cause).toBeInstanceOf(BudgetExceededError);
      expect(problem.cause).toMatchObject({ workflowId: 'run_1', workflowType: 'triage' });
    }
    const [row] = await service.query<Record<string, string>>(
      `SELECT w.spent, w.held, (SELECT sum(cost_total) FROM ledger_entry) AS booked
       FROM budget_window w WHERE budget_id = 'run:run_1'`,
    );
    expect(row).toEqual({ spent: row?.['booked'], held: '0', booked: row?.['booked'] });
  });

  it('counts within the run around it, and goes on where it was', async () => {
    const outer = { id: 'outer', budgetUsd: '0.0008' };
    await withWorkflow(outer, async () => {
      await withWorkflow({ id: 'inner', budgetUsd: 1 }, ask);
      await withWorkflow({ id: 'other' }, async () => {
        await expect(Promise.all([ask(), ask()])).rejects.toThrow('run:outer');
      });
    });
    await expect(withWorkflow({ ...outer, budgetUsd: '0' }, ask)).rejects.toThrow('run:outer');
    const { body } = await service.get<{ budgets: unknown[] }>('/budgets');
    expect(body.budgets).toEqual([]);
  });
});
