import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseUsd } from '../src/genai/pricing/index.js';
import { usageReport, type UsageReport } from '../src/ledger/usage/usage.schema.js';
import { TestService } from './support/test-service.js';

describe('GET /usage', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start();
    await service.post('/chat', { message: 'One', user_id: 'ada' });
    await service.post('/chat', { message: 'Two', user_id: 'ada', model: 'claude-haiku-4-5' });
    await service.post('/chat', { message: 'Three', user_id: 'eve', model: 'claude-unknown' });
    await service.post('/conversation', { message: 'Four', conversation_id: 'conv_4' });
    await service.post('/workflow', { task: 'Five', workflow_type: 'report' });
  });
  afterAll(() => service.stop());

  const usage = (query = '') => service.get<UsageReport>(`/usage${query}`);

  it.each(['model', 'provider', 'user', 'workflow_type', 'conversation', 'agent', 'day'])(
    'groups by %s, and the groups add up to the total',
    async (dimension) => {
      const { status, body } = await usage(`?group_by=${dimension}`);
      expect(status).toBe(200);
      expect(() => usageReport.strict().parse(body)).not.toThrow();
      expect(body.total.calls).toBe(6);
      const sum = (pick: (group: UsageReport['total']) => number) =>
        body.groups.reduce((all, group) => all + pick(group), 0);
      expect(sum((group) => group.calls)).toBe(6);
      expect(sum((group) => group.input_tokens)).toBe(body.total.input_tokens);
      const cost = body.groups.reduce(
        (all, { cost_usd }) => all + (cost_usd === null ? 0n : parseUsd(cost_usd)),
        0n,
      );
      expect(parseUsd(String(body.total.cost_usd))).toBe(cost);
    },
  );

  it('counts unpriced calls apart: their cost is unknown, not zero', async () => {
    const { body } = await usage('?group_by=user');
    const eve = body.groups.find(({ key }) => key === 'eve');
    expect(eve).toMatchObject({
      calls: 1,
      unpriced_calls: 1,
      cost: null,
      cost_usd: null,
      cost_status: 'unpriced',
    });
    expect(body.total).toMatchObject({ unpriced_calls: 1, cost_status: 'partial' });
    expect(body.groups.find(({ key }) => key === 'ada')).toMatchObject({
      calls: 2,
      cost_status: 'priced',
    });
  });

  it('names workflow types and conversations; calls without one are under null', async () => {
    const types = (await usage('?group_by=workflow_type')).body.groups;
    expect(types.map(({ key, calls }) => [key, calls])).toEqual(
      expect.arrayContaining([
        ['report', 2],
        [null, 4],
      ]),
    );
    const conversations = (await usage('?group_by=conversation')).body.groups;
    expect(conversations.map(({ key }) => key)).toContain('conv_4');
  });

  it('takes a time range: from is counted, to is not', async () => {
    const today = new Date().toISOString().slice(0, 10);
    expect((await usage(`?from=${today}`)).body.total.calls).toBe(6);
    expect((await usage(`?to=${today}`)).body.total).toMatchObject({
      calls: 0,
      cost: 0,
      cost_usd: '0',
    });
    const later = new Date(Date.now() + 60_000).toISOString();
    expect((await usage(`?from=${later}`)).body.groups).toEqual([]);
  });

  it('refuses what it does not know', async () => {
    expect((await usage('?group_by=colour')).status).toBe(422);
    expect((await usage('?from=yesterday')).status).toBe(422);
    expect((await usage('?from=2026-02-01&to=2026-01-01')).status).toBe(422);
    expect((await usage('?surprise=1')).status).toBe(422);
  });
});

describe('the ledger', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start();
    await service.post('/chat', { message: 'One' });
  });
  afterAll(() => service.stop());

  it('refuses to be changed, by the database itself', async () => {
    await expect(service.query('UPDATE ledger_entry SET cost_total = 0')).rejects.toThrow(
      /never changed/,
    );
    await expect(service.query('DELETE FROM ledger_entry')).rejects.toThrow(/never changed/);
    expect(await service.query('SELECT 1 FROM ledger_entry')).toHaveLength(1);
  });

  it('books a response once, however often it is seen', async () => {
    service.provider.setOptions({ responseId: 'msg_same' });
    await service.post('/chat', { message: 'Seen' });
    await service.post('/chat', { message: 'Seen' });
    const rows = await service.query(`SELECT 1 FROM ledger_entry WHERE response_id = 'msg_same'`);
    expect(rows).toHaveLength(1);
  });
});
