import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startFakeProvider, type FakeProvider } from '../demo/fake-provider/index.ts';
import type { BudgetAnswer } from '../src/budget/budget.schema.js';
import { parseUsd } from '../src/genai/pricing/index.js';
import type { ProblemDocument } from '../src/http/index.js';
import { freshDatabase, queryAtRest, type TestDatabase } from './support/database.js';
import { ServiceProcess } from './support/service-process.js';

const CALLS = 200;
/** Room for some twenty worst cases at once, and in the end for most of what was asked. */
const LIMIT = '0.03';

describe('a blocking budget under load', () => {
  let provider: FakeProvider;
  let database: TestDatabase;
  let env: Record<string, string>;

  beforeAll(async () => {
    provider = await startFakeProvider({ seed: 1, latencyMs: [5, 60] });
    database = await freshDatabase();
    env = { ...database.env, ANTHROPIC_API_KEY: 'test-key', ANTHROPIC_BASE_URL: provider.url };
  });
  afterEach(() => ServiceProcess.killAll());
  afterAll(async () => {
    await provider.close();
    await database.drop();
  });

  it(`is not passed by a picodollar, by ${CALLS} calls at once`, async () => {
    // The embedded database is for one process; PostgreSQL has two here.
    const services = [await ServiceProcess.start(env)];
    if (database.kind === 'postgres') services.push(await ServiceProcess.start(env));
    const [first] = services as [ServiceProcess];
    await first.post('/budgets', { id: 'hard', scope: 'global', period: 'day', limit_usd: LIMIT });
    await first.post('/budgets', {
      id: 'each',
      scope: 'user',
      period: 'month',
      limit_usd: '0.01',
      time_zone: 'Asia/Kolkata',
    });

    let running = true;
    let highest = 0n;
    const watch = (async () => {
      while (running) {
        const { body } = await first.get<BudgetAnswer>('/budgets/hard');
        const [state] = body.state;
        const total = parseUsd(state?.spent_usd ?? '0') + parseUsd(state?.held_usd ?? '0');
        if (total > highest) highest = total;
      }
    })();
    const answers = await Promise.all(
      Array.from({ length: CALLS }, (_, n) =>
        (services[n % services.length] ?? first).post<ProblemDocument>('/chat', {
          message: `Call ${n}`,
          user_id: `user_${n % 7}`,
          max_tokens: 100 + (n % 5) * 20,
        }),
      ),
    );
    running = false;
    await watch;
    for (const service of services) expect(await service.end('SIGTERM')).toBe(0);

    const [row] = await queryAtRest<Record<'spent' | 'held' | 'booked' | 'calls', string>>(
      database,
      `SELECT w.spent, w.held, (SELECT sum(cost_total) FROM ledger_entry) AS booked,
         (SELECT count(*) FROM ledger_entry) AS calls
       FROM budget_window w WHERE budget_id = 'hard'`,
    );
    const refused = answers.filter(({ status }) => status === 402);
    const answered = answers.filter(({ status }) => status === 200);
    process.stdout.write(
      `budget on ${database.kind}: ${CALLS} calls by ${services.length} process(es), ` +
        `${answered.length} answered, ${refused.length} refused, limit ${parseUsd(LIMIT)}, ` +
        `spent ${row?.spent}, highest seen ${highest} picodollars\n`,
    );
    expect(answered.length + refused.length).toBe(CALLS);
    expect(answered.length).toBeGreaterThan(0);
    expect(refused.length).toBeGreaterThan(0);
    expect(provider.requests.length).toBe(answered.length);
    expect(row).toMatchObject({ held: '0', calls: String(answered.length), spent: row?.booked });
    expect(BigInt(row?.spent ?? -1)).toBeLessThanOrEqual(parseUsd(LIMIT));
    expect(highest).toBeLessThanOrEqual(parseUsd(LIMIT));
    // No false refusal: what was needed was more than what was left at that moment.
    for (const { body } of refused) {
      expect(parseUsd(String(body['needed_usd']))).toBeGreaterThan(
        parseUsd(String(body['left_usd'])),
      );
    }
    const users = await queryAtRest<{ over: string }>(
      database,
      `SELECT count(*) AS over FROM budget_window
       WHERE budget_id = 'each' AND (spent > 10000000000 OR held <> 0)`,
    );
    expect(users).toEqual([{ over: '0' }]);
  }, 120_000);

  it('frees what a killed process held, after its time', async () => {
    provider.setOptions({ latencyMs: 60_000 });
    const service = await ServiceProcess.start(env);
    await service.delete('/budgets/each');
    await service.delete('/budgets/hard');
    // Room for one call: a worst case is 0.001 for its output and a bit for its input.
    await service.post('/budgets', {
      id: 'one',
      scope: 'user',
      period: 'day',
      limit_usd: '0.0025',
    });
    const asked = provider.requests.length;
    const lost = service
      .post('/chat', { message: 'Lost', max_tokens: 100, user_id: 'kim' })
      .catch(() => undefined);
    await expect.poll(() => provider.requests.length, { timeout: 10_000 }).toBe(asked + 1);
    await service.end('SIGKILL');
    await lost;

    provider.setOptions({ latencyMs: 0 });
    const next = await ServiceProcess.start(env);
    const again = () => next.post('/chat', { message: 'Again', max_tokens: 100, user_id: 'kim' });
    const first = await again();
    expect(first.status).toBe(402);
    expect(first.body['spent_usd']).toBe('0');
    await next.end('SIGTERM');
    await queryAtRest(database, 'UPDATE budget_hold SET expires_at = now()');
    const last = await ServiceProcess.start(env);
    const answer = await last.post('/chat', { message: 'Again', max_tokens: 100, user_id: 'kim' });
    expect(answer.status).toBe(200);
    const { body } = await last.get<BudgetAnswer>('/budgets/one');
    expect(body.state).toMatchObject([{ held_usd: '0', spent_usd: answer.body['cost_usd'] }]);
    await last.end('SIGTERM');
  }, 120_000);
});
