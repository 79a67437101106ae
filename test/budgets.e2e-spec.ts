import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { budgetAnswer, budgetList, type BudgetAnswer } from '../src/budget/budget.schema.js';
import type { ProblemDocument } from '../src/http/index.js';
import { TestService } from './support/test-service.js';

const IN_FUTURE = /^\d{4}-\d\d-\d\dT/;

describe('/budgets', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start();
  });
  afterEach(async () => {
    const { body } = await service.get<{ budgets: BudgetAnswer[] }>('/budgets');
    for (const { id } of body.budgets) await service.delete(`/budgets/${id}`);
  });
  afterAll(() => service.stop());

  const create = (fields: object) =>
    service.post<BudgetAnswer & ProblemDocument>('/budgets', {
      scope: 'global',
      period: 'day',
      limit_usd: '1',
      ...fields,
    });
  const patch = (id: string, body: object) =>
    service.send<BudgetAnswer & ProblemDocument>(`/budgets/${id}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  it('makes, shows, changes and removes a budget', async () => {
    const made = await create({ id: 'day', limit_usd: '12.50', time_zone: 'Europe/Berlin' });
    expect(made.status).toBe(201);
    expect(() => budgetAnswer.strict().parse(made.body)).not.toThrow();
    expect(made.body).toMatchObject({
      id: 'day',
      scope: 'global',
      scope_id: null,
      limit_usd: '12.5',
      mode: 'block',
      thresholds: [80, 100],
      unpriced: 'block',
      source: 'api',
      state: [{ scope_id: null, spent_usd: '0', held_usd: '0', left_usd: '12.5' }],
    });
    expect(made.body.state[0]?.resets_at).toMatch(IN_FUTURE);

    expect((await patch('day', { limit_usd: 1e-7 })).body.limit_usd).toBe('0.0000001');
    const changed = await patch('day', { limit_usd: 2, mode: 'warn' });
    expect(changed.body).toMatchObject({ limit_usd: '2', mode: 'warn', thresholds: [80, 100] });

    const { body } = await service.get('/budgets');
    expect(budgetList.parse(body).budgets.map(({ id }) => id)).toEqual(['day']);
    expect((await service.delete('/budgets/day')).status).toBe(204);
    for (const answer of [
      await service.get('/budgets/day'),
      await service.delete('/budgets/day'),
      await patch('day', { limit_usd: '1' }),
    ]) {
      expect(answer.status).toBe(404);
    }
  });

  it('names every wrong field', async () => {
    const { status, body } = await create({
      scope: 'planet',
      period: 'fortnight',
      limit_usd: '-1',
      time_zone: 'Mars/Olympus',
      thresholds: [0],
      mode: 'maybe',
      surprise: 1,
    });
    expect(status).toBe(422);
    const wrong = ['scope', 'period', 'limit_usd', 'time_zone', 'thresholds.0', 'mode', 'surprise'];
    expect(body.errors?.map(({ path }) => path).toSorted()).toEqual(wrong.toSorted());
  });

  it.each([
    [{ scope: 'global', scope_id: 'x' }, 'scope_id'],
    [{ scope: 'user', scope_id: '*' }, 'scope_id'],
    [{ time_zone: '+01:00' }, 'time_zone'],
    [{ period: 'rolling' }, 'rolling_hours'],
    [{ period: 'day', rolling_hours: 3 }, 'rolling_hours'],
    [{ limit_usd: '0.0000000000001' }, 'limit_usd'],
    [{ limit_usd: 'much' }, 'limit_usd'],
    [{ limit_usd: true }, 'limit_usd'],
    [{ limit_usd: -1 }, 'limit_usd'],
    [{ limit_usd: 1e30 }, 'limit_usd'],
  ])('refuses %j', async (fields, path) => {
    const { status, body } = await create(fields);
    expect(status).toBe(422);
    expect(body.errors).toMatchObject([{ path }]);
  });

  it('refuses an id that is taken, an empty change, and a change of what is counted', async () => {
    await create({ id: 'one' });
    expect((await create({ id: 'one' })).status).toBe(409);
    expect((await patch('one', {})).status).toBe(422);
    const moved = await patch('one', { limit_usd: '2', scope: 'user' });
    expect(moved.body.errors).toMatchObject([{ path: 'scope' }]);
  });

  it('answers 402 with what there is, and calls no model', async () => {
    await create({ id: 'tiny', scope: 'user', limit_usd: '0.000001', period: 'hour' });
    const before = service.provider.requests.length;
    for (const [path, body] of [
      ['/chat', { message: 'Hello' }],
      ['/conversation', { message: 'Hello', conversation_id: 'conv_tiny' }],
      ['/workflow', { task: 'Hello' }],
    ] as const) {
      const answer = await service.post<ProblemDocument>(path, { ...body, user_id: 'ada' });
      expect(answer.status).toBe(402);
      expect(answer.body).toMatchObject({
        type: 'urn:spanledger:problem:budget-exceeded',
        title: 'Payment Required',
        budget: 'tiny',
        scope: 'user',
        scope_id: 'ada',
        limit_usd: '0.000001',
        spent_usd: '0',
        held_usd: '0',
        left_usd: '0.000001',
        resets_at: expect.stringMatching(IN_FUTURE) as string,
      });
    }
    expect(service.provider.requests.length).toBe(before);
    expect((await service.post('/chat', { message: 'Hello', user_id: 'eve' })).status).toBe(402);
    expect((await service.post('/chat', { message: 'Hello' })).status).toBe(200);
  });

  it('spends what the entries say, for calls, turns, runs and failures', async () => {
    await create({ id: 'ada', scope: 'user', scope_id: 'ada', period: 'forever' });
    const user_id = 'ada';
    await service.post('/chat', { message: 'One', user_id });
    await service.post(
      '/chat',
      { message: 'Two', user_id },
      { headers: { 'idempotency-key': 'b2' } },
    );
    await service.post('/conversation', { message: 'Three', user_id });
    await service.post('/workflow', { task: 'Four', user_id });
    service.provider.setFault({ kind: 'status', status: 529 });
    await service.post('/chat', { message: 'Five', user_id });
    service.provider.clearFaults();
    const [booked] = await service.query<{ calls: string; cost: string }>(
      `SELECT count(*) AS calls, sum(cost_total) AS cost FROM ledger_entry WHERE user_id = 'ada'`,
    );
    expect(booked?.calls).toBe('6');
    const [window] = await service.query<{ spent: string; held: string }>(
      `SELECT spent, held FROM budget_window WHERE budget_id = 'ada'`,
    );
    expect(window).toEqual({ spent: booked?.cost, held: '0' });
    expect(await service.query('SELECT 1 FROM budget_hold')).toEqual([]);
  });

  it('does not mind a budget that is deleted while calls fly', async () => {
    await create({ id: 'gone', limit_usd: '100' });
    service.provider.setOptions({ latencyMs: 100 });
    const calls = Promise.all(
      [1, 2, 3].map((n) => service.post('/chat', { message: `Call ${n}` })),
    );
    await expect.poll(() => service.query('SELECT 1 FROM budget_hold')).toHaveLength(3);
    await service.delete('/budgets/gone');
    expect((await calls).map(({ status }) => status)).toEqual([200, 200, 200]);
    service.provider.setOptions({ latencyMs: 0 });
    expect(await service.query('SELECT 1 FROM budget_hold')).toEqual([]);
  });
});
