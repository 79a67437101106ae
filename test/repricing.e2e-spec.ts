import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DatabaseService } from '../src/database/index.js';
import { LedgerService } from '../src/ledger/index.js';
import { RepricingService } from '../src/repricing/repricing.service.js';
import { repricingAnswer, type RepricingAnswer } from '../src/repricing/repricing.schema.js';
import { bookOf, booked, type BookedOptions } from './support/booked.js';
import { TestService } from './support/test-service.js';

const NEVER = new AbortController().signal;

describe('re-pricing', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start();
  });
  beforeEach(async () => {
    await service.query('TRUNCATE ledger_entry, ledger_adjustment, ledger_repricing, usage_hour');
  });
  afterAll(() => service.stop());

  const book = (options: BookedOptions) => service.app.get(LedgerService).book(booked(options));
  /** As another release would price: a dollar per million tokens is a microdollar each. */
  const by = (prices: Record<string, number>) =>
    new RepricingService(service.app.get(DatabaseService), bookOf(prices));
  const apply = async (repricing: RepricingService, selection = {}) =>
    repricing.run(await repricing.start(selection), NEVER);
  const total = async (query = '') =>
    (await service.get<{ total: object }>(`/usage${query}`)).body.total;

  it('gives a price to calls that had none, and every answer follows', async () => {
    await book({ scope: { userId: 'ada', conversationId: 'c1', workflowId: 'w1' } });
    await book({ model: 'model-b', scope: { userId: 'eve' } });
    expect(await total()).toMatchObject({ cost_usd: null, unpriced_calls: 2 });

    const answer = await apply(by({ 'model-a': 3 }));
    expect(() => repricingAnswer.strict().parse(answer)).not.toThrow();
    expect(answer).toMatchObject({
      status: 'done',
      entries: 2,
      adjusted: 1,
      old_usd: '0',
      new_usd: '0.003',
      difference_usd: '0.003',
      changes: [{ model: 'model-a', old_price: null, entries: 1, old_usd: '0', new_usd: '0.003' }],
      biggest: [{ model: 'model-a', old_usd: null, new_usd: '0.003' }],
    });
    expect(await total()).toMatchObject({
      calls: 2,
      cost_usd: '0.003',
      cost_status: 'partial',
      unpriced_calls: 1,
      input_tokens: 2_000,
    });
    expect(await total('?user=ada')).toMatchObject({ cost_usd: '0.003', cost_status: 'priced' });
    const [row] = await service.query<{ cost_total: string; cost_status: string }>(
      `SELECT cost_total, cost_status FROM ledger_current WHERE conversation_id = 'c1'`,
    );
    expect(row).toEqual({ cost_total: '3000000000', cost_status: 'priced' });
  });

  it('changes conversations and workflow runs', async () => {
    const { body: said } = await service.post<{ conversation_id: string }>('/conversation', {
      message: 'Hello',
      model: 'claude-unknown',
    });
    const { body: run } = await service.post<{ workflow_id: string }>('/workflow', { task: 'Go' });
    const before = await service.get(`/workflow/${run.workflow_id}`);
    const repricing = by({ 'claude-*': 7 });
    const answer = await apply(repricing);
    expect(answer.adjusted).toBe(3);
    const conversation = await service.get<{
      stats: { cost_usd: string; cost_status: string };
      turns: Array<{ cost_usd: string }>;
    }>(`/conversation/${said.conversation_id}`);
    expect(conversation.body.stats.cost_status).toBe('priced');
    expect(conversation.body.turns[0]?.cost_usd).toBe(conversation.body.stats.cost_usd);
    const after = await service.get(`/workflow/${run.workflow_id}`);
    expect(after.body['total_cost_usd']).not.toBe(before.body['total_cost_usd']);
  });

  it('shows all of it first, and writes nothing', async () => {
    await book({ input: 5_000 });
    await book({ input: 1_000, prices: bookOf({ 'model-a': 2 }) });
    const dry = await by({ 'model-a': 3 }).dryRun({}, NEVER);
    expect(dry).toMatchObject({ id: null, status: 'dry_run', entries: 2, adjusted: 2 });
    expect(dry.old_usd).toBe('0.002');
    expect(dry.new_usd).toBe('0.018');
    expect(dry.biggest.map(({ new_usd }) => new_usd)).toEqual(['0.015', '0.003']);
    expect(await service.query('SELECT 1 FROM ledger_adjustment')).toEqual([]);
    const { id: _, status: __, ...applied } = await apply(by({ 'model-a': 3 }));
    expect(dry).toMatchObject(applied);
  });

  it('leaves the entry as it is and names both prices', async () => {
    await book({ prices: bookOf({ 'model-a': 2 }) });
    const entries = await service.query('SELECT * FROM ledger_entry');
    await apply(by({ 'model-a': 3 }));
    expect(await service.query('SELECT * FROM ledger_entry')).toEqual(entries);
    const [adjustment] = await service.query<Record<string, unknown>>(
      'SELECT * FROM ledger_adjustment',
    );
    expect(adjustment).toMatchObject({
      revision: 1,
      old_cost_total: '2000000000',
      cost_total: '3000000000',
      old_price_id: expect.stringContaining('model-a'),
      price_id: expect.stringContaining('model-a'),
    });
    await expect(service.query('DELETE FROM ledger_adjustment')).rejects.toThrow(/never changed/);
  });

  it('is done once: again it finds nothing to change', async () => {
    await book({});
    const repricing = by({ 'model-a': 3 });
    const first = await apply(repricing);
    expect(await repricing.run(String(first.id), NEVER)).toEqual(first);
    expect(await apply(repricing)).toMatchObject({ entries: 1, adjusted: 0 });
    expect(await service.query('SELECT 1 FROM ledger_adjustment')).toHaveLength(1);
  });

  it('adjusts once what two runs price at the same time', async () => {
    for (let n = 0; n < 20; n++) await book({});
    await Promise.all([apply(by({ 'model-a': 3 })), apply(by({ 'model-a': 3 }))]);
    expect(await service.query('SELECT 1 FROM ledger_adjustment')).toHaveLength(20);
    expect(await total()).toMatchObject({ cost_usd: '0.06' });
  });

  it('goes on behind its last batch when it was broken off', async () => {
    const drafts = Array.from({ length: 2_500 }, () => booked({ input: 1 }));
    const ledger = service.app.get(LedgerService);
    await Promise.all(drafts.map((draft) => ledger.book(draft)));
    const repricing = by({ 'model-a': 1 });
    const id = await repricing.start({});
    expect(await repricing.run(id, AbortSignal.abort())).toMatchObject({
      status: 'open',
      entries: 0,
    });
    const answers: RepricingAnswer[] = [];
    for (const pieces of [1, 1, 9]) {
      let batches = 0;
      const stop = { get aborted() { return batches++ >= pieces; } } as AbortSignal; // prettier-ignore
      answers.push(await repricing.run(id, stop));
    }
    expect(answers.map(({ status, entries }) => [status, entries])).toEqual([
      ['open', 1_000],
      ['open', 2_000],
      ['done', 2_500],
    ]);
    expect(await total()).toMatchObject({ calls: 2_500, cost_usd: '0.0025', unpriced_calls: 0 });
  });

  it('does not go on when the prices have moved meanwhile', async () => {
    await book({});
    const id = await by({ 'model-a': 3 }).start({});
    await expect(by({ 'model-a': 4 }).run(id, NEVER)).rejects.toMatchObject({
      status: 409,
      kind: 'prices-moved',
    });
  });

  it('looks only at what was chosen', async () => {
    const at = (day: string) => new Date(`2026-10-${day}T12:00:00Z`);
    await book({ at: at('01'), scope: { userId: 'ada' } });
    await book({ at: at('02'), scope: { userId: 'ada' } });
    await book({ at: at('02'), scope: { userId: 'eve' } });
    await book({ at: at('02'), scope: { userId: 'ada' }, prices: bookOf({ 'model-a': 9 }) });
    const selection = { from: '2026-10-02T00:00:00Z', user: ['ada'], cost_status: ['unpriced'] };
    expect(await apply(by({ 'model-a': 3 }), selection)).toMatchObject({ entries: 1, adjusted: 1 });
  });

  it('keeps a cost whose price is not known any more, and says how many', async () => {
    await book({ prices: bookOf({ 'model-a': 2 }) });
    expect(await apply(by({}))).toMatchObject({ adjusted: 0, kept: 1, new_usd: '0.002' });
  });

  it('keeps what no price decides: failures, and costs that the provider told', async () => {
    const nothing = { status: 'partial', total: 0n, buckets: null, price: null } as const;
    await book({ input: 0, draft: { status: 'error', cost: { ...nothing, reason: 'ended' } } });
    await book({
      draft: { cost: { ...nothing, status: 'priced', total: 5n, reason: 'given by the provider' } },
    });
    expect(await apply(by({ 'model-a': 3 }))).toMatchObject({ entries: 2, adjusted: 0 });
  });

  it('is partial again where the usage was', async () => {
    const faults = ['the output tokens are not known'];
    const usage = { ...booked({}).usage, faults };
    await book({ draft: { usage } });
    await apply(by({ 'model-a': 3 }));
    expect(await total()).toMatchObject({ cost_usd: '0.003', partial_calls: 1, unpriced_calls: 0 });
  });

  it('is asked for over HTTP, and is dry without a word to the contrary', async () => {
    await book({ model: 'claude-sonnet-5', draft: { provider: 'anthropic' } });
    const dry = await service.post('/prices/reprice', {});
    expect(dry.body).toMatchObject({ status: 'dry_run', adjusted: 1 });
    const done = await service.post('/prices/reprice', {
      dry_run: false,
      model: 'claude-sonnet-5',
    });
    expect(done.body).toMatchObject({ status: 'done', adjusted: 1 });
    const again = await service.post('/prices/reprice', { resume: done.body['id'] });
    expect(again.body).toEqual(done.body);
    const id = 'reprice_00000000-0000-0000-0000-000000000000';
    expect((await service.post('/prices/reprice', { resume: id })).status).toBe(404);
    expect((await service.post('/prices/reprice', { resume: id, user: 'ada' })).status).toBe(422);
    expect((await service.post('/prices/reprice', { from: '2026-02-01', to: '2026-01-01' })).status)
      .toBe(422); // prettier-ignore
  });
});
