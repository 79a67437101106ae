import Anthropic from '@anthropic-ai/sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startFakeProvider, type FakeProvider } from '../demo/fake-provider/index.ts';
import { install, withConversation, withWorkflow, type Installed } from '../src/genai/index.js';
import { openLedger, type Ledger } from '../src/standalone/index.js';
import { freshDatabase, type TestDatabase } from './support/database.js';

const MODEL = 'claude-sonnet-5';

describe('a ledger in an application of one’s own', () => {
  let telemetry: Installed;
  let provider: FakeProvider;
  let client: Anthropic;
  let database: TestDatabase;
  let ledger: Ledger;

  beforeAll(async () => {
    telemetry = install({ instrumentations: [] });
    provider = await startFakeProvider({ seed: 1 });
    client = new Anthropic({ apiKey: 'test-key', baseURL: provider.url, maxRetries: 0 });
    database = await freshDatabase();
    const { DATABASE_URL: databaseUrl, DATA_DIR: dataDir } = database.env;
    ledger = await openLedger({ databaseUrl, dataDir });
  });
  afterAll(async () => {
    await ledger.close();
    await database.drop();
    await provider.close();
    await telemetry.shutdown();
  });
  beforeEach(async () => {
    for (const { id } of await ledger.budgets.list()) await ledger.budgets.delete(id);
  });

  const ask = {
    model: MODEL,
    max_tokens: 100,
    messages: [{ role: 'user' as const, content: 'Hi' }],
  };
  const call = { provider: 'anthropic', model: MODEL, texts: ['Hi'], maxTokens: 100 };
  /** What a user has spent, once the call is booked. */
  const spentBy = (user: string) =>
    vi.waitFor(async () => {
      const { total } = await ledger.usage({ user });
      expect(total.calls).toBe(1);
      return total.cost_usd;
    }, 5_000);

  it('books the calls of an instrumented client under their scope', async () => {
    await withConversation({ id: 'c1', userId: 'ada' }, () => client.messages.create(ask));
    await spentBy('ada');
    const { groups } = await ledger.usage({ group_by: 'user,conversation' });
    expect(groups).toMatchObject([
      { keys: { user: 'ada', conversation: 'c1' }, calls: 1, cost_status: 'priced' },
    ]);
  });

  it('makes a call as far as the budget of its scope has room, and settles it', async () => {
    await ledger.budgets.create({
      id: 'each',
      scope: 'user',
      period: 'forever',
      limit_usd: '0.01',
    });
    const asEve = () =>
      withConversation({ id: 'c2', userId: 'eve' }, () =>
        ledger.calls.run(call, () => client.messages.create(ask)),
      );
    await asEve();
    const spent = await spentBy('eve');
    expect((await ledger.budgets.get('each')).state).toMatchObject([
      { scope_id: 'eve', spent_usd: spent, held_usd: '0' },
    ]);
    await ledger.budgets.change('each', { limit_usd: '0.0005' });
    const asked = provider.requests.length;
    await expect(asEve()).rejects.toMatchObject({ status: 402, kind: 'budget-exceeded' });
    expect(provider.requests).toHaveLength(asked);
  });

  it('settles a stream when it has ended', async () => {
    await ledger.budgets.create({ id: 'of', scope: 'user', period: 'day', limit_usd: 1 });
    const stream = await withConversation({ id: 'c3', userId: 'joe' }, () =>
      ledger.calls.run(call, () => client.messages.create({ ...ask, stream: true })),
    );
    expect((await ledger.budgets.get('of')).state[0]?.held_usd).not.toBe('0');
    for await (const _ of stream);
    const spent = await spentBy('joe');
    expect((await ledger.budgets.get('of')).state[0]).toMatchObject({
      spent_usd: spent,
      held_usd: '0',
    });
  });

  it('frees what it held when no call was made', async () => {
    await ledger.budgets.create({ id: 'all', scope: 'global', period: 'day', limit_usd: 1 });
    const failing = ledger.calls.run(call, () => Promise.reject(new Error('no network')));
    await expect(failing).rejects.toThrow('no network');
    expect((await ledger.budgets.get('all')).state[0]?.held_usd).toBe('0');
  });

  it('stops a workflow run whose own budget has no room', async () => {
    const run = withWorkflow({ type: 'triage', budgetUsd: 0.0001 }, () =>
      ledger.calls.run(call, () => client.messages.create(ask)),
    );
    await expect(run).rejects.toMatchObject({ name: 'BudgetExceededError' });
  });

  it('names every wrong field', async () => {
    await expect(
      // @ts-expect-error a caller in JavaScript
      ledger.budgets.create({ scope: 'planet', period: 'day', limit_usd: -1 }),
    ).rejects.toMatchObject({ status: 422, message: expect.stringMatching(/limit_usd.*scope|scope.*limit_usd/) }); // prettier-ignore
    await expect(ledger.budgets.get('none')).rejects.toMatchObject({ status: 404 });
    await ledger.budgets.create({ id: 'b', scope: 'global', period: 'day', limit_usd: 1 });
    expect((await ledger.budgets.list()).map(({ id }) => id)).toEqual(['b']);
    await ledger.budgets.delete('b');
    expect(await ledger.budgets.list()).toEqual([]);
  });
});
