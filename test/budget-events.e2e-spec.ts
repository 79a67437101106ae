import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BudgetAnswer } from '../src/budget/budget.schema.js';
import { loadConfig } from '../src/config/index.js';
import { createApp } from '../src/create-app.js';
import { TestService } from './support/test-service.js';

describe('what budgets tell', () => {
  let folder: string;
  let receiver: Server;
  let service: TestService;
  const events: Array<Record<string, unknown>> = [];
  const env: Record<string, string> = { BUDGET_WEBHOOK_SECRET: 'between us' };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'spanledger-budgets-'));
    receiver = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += chunk));
      request.on('end', () => {
        events.push(JSON.parse(body) as Record<string, unknown>);
        response.writeHead(204).end();
      });
    }).listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    env['BUDGET_WEBHOOK_URL'] = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
    env['BUDGETS_FILE'] = join(folder, 'budgets.json');
    await write([
      { id: 'whole', scope: 'global', period: 'month', limit_usd: '100' },
      {
        id: 'person',
        scope: 'user',
        period: 'forever',
        limit_usd: '0.003',
        thresholds: [1, 10, 1000],
      },
    ]);
    service = await TestService.start(env);
  });
  afterAll(async () => {
    await service.stop();
    receiver.close();
    await rm(folder, { recursive: true });
  });

  const write = (budgets: object[]) =>
    writeFile(env['BUDGETS_FILE'] ?? '', JSON.stringify({ budgets }));
  const chat = (user_id: string, max_tokens = 100) =>
    service.post('/chat', { message: 'Hello there', user_id, max_tokens });

  it('are the budgets of the file, which only the file changes', async () => {
    const { body } = await service.get<{ budgets: BudgetAnswer[] }>('/budgets');
    expect(body.budgets).toMatchObject([
      { id: 'person', source: 'file', state: [] },
      { id: 'whole', source: 'file', limit_usd: '100' },
    ]);
    expect((await service.delete('/budgets/whole')).status).toBe(409);
  });

  it('are thresholds, each once, and refusals', async () => {
    expect((await chat('ada')).status).toBe(200);
    expect((await chat('ada')).status).toBe(200);
    const isPerson = ({ budget }: Record<string, unknown>) => budget === 'person';
    const passed = () => events.filter(isPerson).filter(({ type }) => type === 'budget.threshold');
    // A call costs some 0.0002 to 0.001 USD: both thresholds are passed, the third never.
    await expect.poll(() => passed().map(({ threshold }) => threshold)).toEqual([1, 10]);
    expect(passed()[0]).toMatchObject({ scope: 'user', scope_id: 'ada', limit_usd: '0.003' });

    for (let n = 0; n < 3; n++) expect((await chat('ada', 4_000)).status).toBe(402);
    const refused = () => events.filter(({ type }) => type === 'budget.refused');
    await expect.poll(refused).toHaveLength(1);
    expect(refused()).toMatchObject([{ budget: 'person', scope_id: 'ada', unpriced: false }]);
  });

  it('are metrics', async () => {
    const { text } = await service.get('/metrics');
    expect(text).toContain('spanledger_budget_refusals_total{budget="person",scope="user"} 3');
    expect(text).toContain('spanledger_budget_limit_usd{budget="whole",scope="global"} 100');
    expect(text).toContain('spanledger_budget_held_usd{budget="whole",scope="global"} 0');
    expect(text).toMatch(/spanledger_budget_spent_usd\{budget="whole",scope="global"\} 0\.00\d+/);
    expect(text).toMatch(/spanledger_budget_spent_usd\{budget="person",scope="user"\} 0\.00\d+/);
  });
});

describe('BUDGETS_FILE', () => {
  let folder: string;
  let file: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'spanledger-budgets-'));
    file = join(folder, 'budgets.json');
  });
  afterAll(() => rm(folder, { recursive: true }));

  const env = () => ({ DATA_DIR: join(folder, 'data'), BUDGETS_FILE: file });
  const started = async (budgets: object[]) => {
    await writeFile(file, JSON.stringify({ budgets }));
    const app = await createApp(loadConfig(env()), false);
    await app.listen({ port: 0, host: '127.0.0.1' });
    const answer = await fetch(`${await app.getUrl()}/budgets`);
    const body = (await answer.json()) as { budgets: BudgetAnswer[] };
    await app.close();
    return body.budgets;
  };
  const budget = (id: string, more: object = {}) => ({
    id,
    scope: 'global',
    period: 'day',
    limit_usd: '1',
    ...more,
  });

  it('is what holds after a restart: new, changed and gone', async () => {
    await started([budget('stays'), budget('goes'), budget('moves')]);
    const [moves, fresh, stays] = await started([
      budget('stays', { limit_usd: '2', mode: 'warn' }),
      budget('moves', { period: 'hour' }),
      budget('new'),
    ]);
    expect(stays).toMatchObject({ id: 'stays', limit_usd: '2', mode: 'warn' });
    expect(moves).toMatchObject({ id: 'moves', period: 'hour' });
    expect(fresh).toMatchObject({ id: 'new' });
    expect(await started([])).toEqual([]);
  });

  it('needs a secret for its webhook', () => {
    expect(() => loadConfig({ BUDGET_WEBHOOK_URL: 'http://localhost/' })).toThrow(
      'BUDGET_WEBHOOK_SECRET',
    );
  });
});
