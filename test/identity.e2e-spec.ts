import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServiceProcess } from './support/service-process.js';
import { freshDatabase } from './support/database.js';
import type { Answer } from './support/http.js';
import { TestService } from './support/test-service.js';

const KEYS = {
  ops: 'ops-key-0123456789abcdef0123456789abcdef',
  web: 'web-key-0123456789abcdef0123456789abcdef',
  app: 'app-key-0123456789abcdef0123456789abcdef',
};
const API_KEYS = `ops:admin:${KEYS.ops},web:user:${KEYS.web},app:user:${KEYS.app}`;
const as = (key: string, more: object = {}) => ({
  headers: { authorization: `Bearer ${key}`, ...more },
});

describe('a service with API keys', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start({ API_KEYS });
  });
  afterAll(() => service.stop());

  const chat = (key: string, body: object = {}) =>
    service.post('/chat', { message: 'Hi', ...body }, as(key));

  it.each([
    ['no key', {}],
    ['a wrong key', as('wrong')],
    ['a key that is wrong at its end', as(`${KEYS.ops.slice(0, -1)}x`)],
    ['another scheme', { headers: { authorization: `Basic ${KEYS.ops}` } }],
    ['one that looks stored', as(`sl_0123456789ab_${'x'.repeat(43)}`)],
  ])('answers 401 to %s, in the same words', async (_, init) => {
    const { status, headers, body } = await service.get('/usage', init);
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toBe('Bearer');
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(body).toMatchObject({ type: 'urn:spanledger:problem:unauthorized', status: 401 });
  });

  it('lets nobody in by another way of writing a path, nor to what is not there', async () => {
    for (const path of [
      '/usage?x',
      '/%75sage',
      '/usage/',
      '/./usage',
      '/docsx',
      '/healthy',
      '/none',
      '/keys',
    ]) {
      expect([path, (await service.get(path)).status]).toEqual([path, 401]);
    }
    expect((await service.post('/chat', { message: 'Hi' })).status).toBe(401);
  });

  it.each(['/', '/health', '/health/live', '/health/ready', '/openapi.json', '/docs', '/metrics'])(
    'answers GET %s to everybody',
    async (path) => {
      expect((await service.get(path)).status).toBe(200);
    },
  );

  it('keeps what is for admins from others', async () => {
    const asked: Array<Promise<Answer>> = [
      service.get('/budgets', as(KEYS.web)),
      service.get('/keys', as(KEYS.web)),
      service.post('/keys', { name: 'x' }, as(KEYS.web)),
      service.get('/prices/overrides', as(KEYS.web)),
      service.post('/prices/reprice', {}, as(KEYS.web)),
      service.post('/usage/rebuild', {}, as(KEYS.web)),
    ];
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual(Array(6).fill(403));
    expect((await service.get('/prices', as(KEYS.web))).status).toBe(200);
    expect((await service.get('/budgets', as(KEYS.ops))).status).toBe(200);
  });

  it('shows each key its own usage, and an admin all of it', async () => {
    await chat(KEYS.web);
    await chat(KEYS.web);
    await chat(KEYS.app);
    const calls = async (key: string, query = '') => {
      const { body } = await service.get<{ total: { calls: number } }>(`/usage${query}`, as(key));
      return body.total.calls;
    };
    expect(await calls(KEYS.web)).toBe(2);
    expect(await calls(KEYS.app)).toBe(1);
    expect(await calls(KEYS.web, '?api_key=app')).toBe(2);
    expect(await calls(KEYS.ops)).toBe(3);
    expect(await calls(KEYS.ops, '?api_key=app')).toBe(1);
    const used = async (key: string) =>
      (await service.get<{ models: Array<{ calls: number }> }>('/prices', as(key))).body.models;
    expect(await used(KEYS.app)).toEqual([expect.objectContaining({ calls: 1 })]);
    expect(await used(KEYS.ops)).toEqual([expect.objectContaining({ calls: 3 })]);
  });

  it('budgets the calls of a key', async () => {
    const budget = { id: 'of-app', scope: 'api_key', scope_id: 'app', period: 'day', limit_usd: 0 };
    expect((await service.post('/budgets', budget, as(KEYS.ops))).status).toBe(201);
    expect((await chat(KEYS.app)).status).toBe(402);
    expect((await chat(KEYS.web)).status).toBe(200);
    await service.send('/budgets/of-app', { method: 'DELETE', ...as(KEYS.ops) });
  });

  it('keeps conversations to their key', async () => {
    const say = (key: string) =>
      service.post('/conversation', { conversation_id: 'mine', message: 'Hi' }, as(key));
    expect((await say(KEYS.web)).status).toBe(200);
    expect((await say(KEYS.app)).status).toBe(404);
    expect((await service.get('/conversation/mine', as(KEYS.app))).status).toBe(404);
    const remove = { method: 'DELETE', ...as(KEYS.app) };
    expect((await service.send('/conversation/mine', remove)).status).toBe(404);
    const list = async (key: string) =>
      (await service.get<{ conversations: object[] }>('/conversation', as(key))).body.conversations;
    expect(await list(KEYS.app)).toEqual([]);
    expect(await list(KEYS.web)).toHaveLength(1);
    expect(await list(KEYS.ops)).toHaveLength(1);
    expect((await service.get('/conversation/mine', as(KEYS.ops))).status).toBe(200);
    expect((await say(KEYS.web)).body).toMatchObject({ turn_count: 2 });
  });

  it('keeps workflow runs to their key, and out of what other keys’ runs find', async () => {
    const run = (key: string) =>
      service.post<{ workflow_id: string; steps: Array<{ rows: number | null }> }>(
        '/workflow',
        { task: 'Study the amaryllis' },
        as(key),
      );
    const { body } = await run(KEYS.web);
    const path = `/workflow/${body.workflow_id}`;
    expect((await service.get(path, as(KEYS.app))).status).toBe(404);
    expect((await service.send(path, { method: 'DELETE', ...as(KEYS.app) })).status).toBe(404);
    expect((await service.get(path, as(KEYS.ops))).status).toBe(200);
    expect((await run(KEYS.app)).body.steps[1]?.rows).toBe(0);
    expect((await run(KEYS.web)).body.steps[1]?.rows).toBe(1);
  });

  it('keeps the answers of an Idempotency-Key to their key', async () => {
    const ask = async (key: string, message: string) => {
      const init = as(key, { 'idempotency-key': 'same' });
      const { status, body } = await service.post('/chat', { message }, init);
      return [status, body['response_id']];
    };
    const first = await ask(KEYS.web, 'One');
    expect(await ask(KEYS.web, 'One')).toEqual(first);
    // With another body it would be refused, were it the same key.
    expect(await ask(KEYS.app, 'Two')).toEqual([200, expect.not.stringMatching(String(first[1]))]);
  });

  it('makes keys, shows them once, and takes them until they are revoked', async () => {
    const made = await service.post<{ id: string; key: string }>(
      '/keys',
      { name: 'Ada’s laptop', role: 'user' },
      as(KEYS.ops),
    );
    expect(made.status).toBe(201);
    const { id, key } = made.body;
    expect(key).toMatch(/^sl_[a-z0-9]{12}_[\w-]{43}$/);
    expect((await chat(key)).status).toBe(200);
    const { text } = await service.get('/keys', as(KEYS.ops));
    expect(text).toContain('Ada’s laptop');
    expect(text).not.toContain(key);
    expect(JSON.stringify(await service.query('SELECT * FROM api_key'))).not.toContain(
      key.slice(-20),
    );
    const remove = { method: 'DELETE', ...as(KEYS.ops) };
    expect((await service.send(`/keys/${id}`, remove)).status).toBe(204);
    expect((await chat(key)).status).toBe(401);
    expect((await service.send(`/keys/${id}`, remove)).status).toBe(404);
  });

  it('names every wrong field of a key', async () => {
    const { status, body } = await service.post('/keys', { name: '', role: 'god' }, as(KEYS.ops));
    expect(status).toBe(422);
    expect(body['errors']).toHaveLength(2);
  });
});

describe('what keys share', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start({ API_KEYS });
  });
  afterAll(() => service.stop());

  it('counts what another key labels with the id of a conversation for that key alone', async () => {
    const turn = { conversation_id: 'labelled', message: 'Hi' };
    await service.post('/conversation', turn, as(KEYS.web));
    await service.post(
      '/chat',
      { message: 'Hi', conversation_id: 'labelled', model: 'claude-haiku-4-5' },
      as(KEYS.app),
    );
    const { body } = await service.get('/conversation/labelled', as(KEYS.web));
    expect(body).toMatchObject({ models_used: ['claude-sonnet-5'], stats: { calls: 1 } });
    const list = await service.get<{ conversations: Array<{ calls: number }> }>(
      '/conversation',
      as(KEYS.web),
    );
    expect(list.body.conversations.map(({ calls }) => calls)).toContain(1);
    const own = await service.get<{ total: { cost_usd: string } }>(
      '/usage?conversation=labelled',
      as(KEYS.web),
    );
    const next = await service.post('/conversation', turn, as(KEYS.web));
    const sum = Number(own.body.total.cost_usd) + Number(next.body['cost_usd']);
    expect(Number(next.body['total_cost_usd'])).toBeCloseTo(sum, 12);
  });

  it('tells a key nothing of what others have spent of a budget', async () => {
    const budget = { id: 'all', scope: 'global', period: 'forever', limit_usd: '0.000001' };
    expect((await service.post('/budgets', budget, as(KEYS.ops))).status).toBe(201);
    const { status, body } = await service.post('/chat', { message: 'Hi' }, as(KEYS.web));
    expect(status).toBe(402);
    expect(body).toMatchObject({ budget: 'all', limit_usd: '0.000001' });
    expect(Object.keys(body)).not.toContain('spent_usd');
    expect((await service.send('/budgets/all', { method: 'DELETE', ...as(KEYS.ops) })).status).toBe(
      204,
    );
  });
});

describe('a service without keys', () => {
  it('is everybody’s, until the first key is made', async () => {
    const service = await TestService.start();
    expect((await service.get('/budgets')).status).toBe(200);
    const { body } = await service.post('/keys', { name: 'first', role: 'admin' });
    expect((await service.get('/budgets')).status).toBe(401);
    const key = as(String(body['key']));
    expect((await service.get('/budgets', key)).status).toBe(200);
    // Also when the last one was revoked: it must not open by that.
    await service.send(`/keys/${String(body['id'])}`, { method: 'DELETE', ...key });
    expect((await service.get('/budgets')).status).toBe(401);
    await service.stop();
  });

  it('does not start where others reach it, and says what to do', async () => {
    const database = await freshDatabase();
    const start = async (env: object) => {
      const service = ServiceProcess.spawn({ ...database.env, PORT: '0', ...env });
      return [await service.ended(), service.output] as const;
    };
    const [code, output] = await start({ HOST: '0.0.0.0' });
    expect(code).toBe(1);
    expect(output).toMatch(/API_KEYS: must be set, for others can reach 0\.0\.0\.0/);
    const [wrong, words] = await start({ API_KEYS: `ops:god:${KEYS.ops}` });
    expect(wrong).toBe(1);
    expect(words).toMatch(/API_KEYS: must be a comma list of name:role:key/);
    expect(words).not.toContain(KEYS.ops);
    await database.drop();
  });

  it.each([
    ['a key', { API_KEYS }, 'Callers need an API key'],
    [
      'a loopback port that it is published on',
      { PUBLISH_ADDRESS: '127.0.0.1' },
      'on this machine',
    ],
    ['the switch', { ALLOW_ANONYMOUS: 'true' }, 'anybody who reaches 0.0.0.0'],
  ])('starts there with %s', async (_, env, words) => {
    const database = await freshDatabase();
    const service = await ServiceProcess.start({ ...database.env, HOST: '0.0.0.0', ...env });
    await expect.poll(() => service.output).toContain(words);
    await service.end('SIGTERM');
    await database.drop();
  });
});
