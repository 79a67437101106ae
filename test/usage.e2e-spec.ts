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

  it.each([
    'model',
    'provider',
    'user',
    'workflow_type',
    'conversation',
    'agent',
    'api_key',
    'day',
    'user,model',
    'workflow_type,day',
    'model&group_by=conversation',
  ])('groups by %s, and the groups add up to the total', async (dimension) => {
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
  });

  it('counts unpriced calls apart: their cost is unknown, not zero', async () => {
    const { body } = await usage('?group_by=user');
    const eve = body.groups.find(({ keys }) => keys.user === 'eve');
    expect(eve).toMatchObject({
      calls: 1,
      unpriced_calls: 1,
      cost: null,
      cost_usd: null,
      cost_status: 'unpriced',
    });
    expect(body.total).toMatchObject({ unpriced_calls: 1, cost_status: 'partial' });
    expect(body.groups.find(({ keys }) => keys.user === 'ada')).toMatchObject({
      calls: 2,
      cost_status: 'priced',
    });
  });

  it('names workflow types and conversations; calls without one are under null', async () => {
    const types = (await usage('?group_by=workflow_type')).body.groups;
    expect(types.map(({ keys, calls }) => [keys.workflow_type, calls])).toEqual(
      expect.arrayContaining([
        ['report', 2],
        [null, 4],
      ]),
    );
    const conversations = (await usage('?group_by=conversation')).body.groups;
    expect(conversations.map(({ keys }) => keys.conversation)).toContain('conv_4');
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

  it('groups by two at once', async () => {
    const { body } = await usage('?group_by=user,model');
    expect(body.group_by).toEqual(['user', 'model']);
    const ada = body.groups.filter(({ keys }) => keys.user === 'ada');
    expect(ada.map(({ keys, calls }) => [keys.model, calls])).toEqual([
      ['claude-sonnet-5', 1],
      ['claude-haiku-4-5', 1],
    ]);
  });

  it('cuts groups into times', async () => {
    const { body } = await usage('?group_by=provider&bucket=month');
    const month = `${new Date().toISOString().slice(0, 7)}-01T00:00:00.000Z`;
    expect(body.groups).toEqual([
      expect.objectContaining({ bucket: month, keys: { provider: 'anthropic' }, calls: 6 }),
    ]);
  });

  it('counts the calls of its filters alone', async () => {
    const { body } = await usage('?user=ada&user=eve&model=claude-unknown');
    expect(body.total.calls).toBe(1);
    expect(body.groups.map(({ keys }) => keys.model)).toEqual(['claude-unknown']);
    expect((await usage('?user=nobody')).body).toMatchObject({ total: { calls: 0 }, groups: [] });
  });

  it('pages through groups, the dearest first; the total is of all', async () => {
    const whole = (await usage('?group_by=user,model')).body;
    const pages: UsageReport['groups'] = [];
    for (let cursor: string | null = '0'; cursor !== null;) {
      const { body } = await usage(`?group_by=user,model&limit=2&cursor=${cursor}`);
      expect(body.total).toEqual(whole.total);
      pages.push(...body.groups);
      cursor = body.next_cursor;
    }
    expect(pages).toEqual(whole.groups);
    const costs = pages.flatMap(({ cost }) => (cost === null ? [] : [cost]));
    expect(costs).toEqual(costs.toSorted((a, b) => b - a));
  });

  it('is a file for spreadsheets by Accept, without formulas', async () => {
    await service.post('/chat', { message: 'Six', user_id: '=HYPERLINK("x","y")' });
    const headers = { accept: 'text/csv' };
    const answer = await fetch(`${service.url}/usage?group_by=user&limit=2`, { headers });
    expect(answer.headers.get('content-type')).toMatch(/^text\/csv/);
    expect(answer.headers.get('link')).toBe('</usage?group_by=user&limit=2&cursor=2>; rel="next"');
    const all = await (await fetch(`${service.url}/usage?group_by=user`, { headers })).text();
    const [head, ...lines] = all.trim().split('\r\n');
    expect(head).toMatch(/^user,calls,cost_usd,cost_status,/);
    expect(lines).toHaveLength(4);
    expect(all).toContain(`"'=HYPERLINK(""x"",""y"")",1,0.`);
  });

  it('says the same when the sums are made anew', async () => {
    const before = (await usage('?group_by=user,model')).body;
    expect((await service.send('/usage/rebuild', { method: 'POST' })).status).toBe(204);
    expect(await service.query('SELECT 1 FROM usage_hour')).not.toEqual([]);
    expect((await usage('?group_by=user,model')).body).toEqual(before);
  });

  it('refuses what it does not know', async () => {
    expect((await usage('?group_by=user,model,day')).status).toBe(422);
    expect((await usage('?group_by=user,user')).status).toBe(422);
    expect((await usage('?bucket=year')).status).toBe(422);
    expect((await usage('?limit=0')).status).toBe(422);
    expect((await usage('?cursor=x')).status).toBe(422);
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
