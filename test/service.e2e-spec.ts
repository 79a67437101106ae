import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DataSource } from 'typeorm';
import { checkSchema } from '../src/database/index.js';
import { TestService } from './support/test-service.js';

describe('the service', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.stop());

  it('says at / what it is, what it offers and which providers are configured', async () => {
    const { status, body } = await service.get('/');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      name: 'spanledger',
      providers: [
        { name: 'anthropic', configured: true },
        { name: 'openai', configured: false, set: 'OPENAI_API_KEY' },
      ],
    });
    expect(Object.keys(body.endpoints as object)).toContain('POST /chat');
  });

  it('answers its smoke routes', async () => {
    expect((await service.get('/items/42')).body).toEqual({ item_id: 42 });
    expect((await service.get('/api/users/7')).body).toEqual({ id: 7, name: 'John' });
  });

  it('tells its health', async () => {
    expect((await service.get('/health')).body).toMatchObject({
      status: 'ok',
      anthropic_configured: true,
      database: { kind: service.database.kind, reachable: true },
    });
    expect((await service.get('/health/live')).status).toBe(200);
    expect((await service.get('/health/ready')).status).toBe(200);
  });

  it('describes itself: every endpoint is in the OpenAPI document, with its fields', async () => {
    const { body } = await service.get<{
      paths: Record<string, object>;
      components: { schemas: Record<string, { properties?: object }> };
    }>('/openapi.json');
    expect(
      Object.entries(body.paths)
        .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`))
        .toSorted(),
    ).toEqual([
      'delete /budgets/{id}',
      'delete /conversation/{id}',
      'delete /keys/{id}',
      'delete /prices/overrides/{id}',
      'delete /workflow/{id}',
      'get /',
      'get /api/users/{user_id}',
      'get /budgets',
      'get /budgets/{id}',
      'get /conversation',
      'get /conversation/{id}',
      'get /health',
      'get /health/live',
      'get /health/ready',
      'get /items/{item_id}',
      'get /keys',
      'get /metrics',
      'get /prices',
      'get /prices/overrides',
      'get /usage',
      'get /workflow/{id}',
      'patch /budgets/{id}',
      'post /budgets',
      'post /chat',
      'post /conversation',
      'post /keys',
      'post /prices/overrides',
      'post /prices/reprice',
      'post /usage/rebuild',
      'post /workflow',
    ]);
    expect(Object.keys(body.components.schemas.ChatRequest?.properties ?? {})).toContain(
      'max_tokens',
    );
  });

  it('shows Swagger UI', async () => {
    const { status, text } = await service.get('/docs');
    expect(status).toBe(200);
    expect(text).toContain('swagger-ui');
  });

  it('counts requests by route template, and unknown paths under one value', async () => {
    await service.get('/items/1');
    await service.get('/items/2');
    await service.get('/no/such/path/1');
    await service.get('/no/such/path/2');
    await service.post('/chat', { message: 'Count me' });
    const { text, headers } = await service.get('/metrics');
    expect(headers.get('content-type')).toMatch(/^text\/plain/);
    expect(text).toMatch(
      /fastapi_requests_total\{method="GET",path="\/items\/:item_id",status_code="200"\} [2-9]/,
    );
    expect(text).toMatch(
      /fastapi_requests_total\{method="GET",path="\(unmatched\)",status_code="404"\} 2/,
    );
    expect(text).not.toContain('/no/such/path');
    expect(text).not.toContain('path="/metrics"');
    expect(text).toMatch(
      /spanledger_cost_usd_total\{provider="anthropic",model="claude-sonnet-5",operation="chat",kind="output"\} 0\.\d+/,
    );
  });

  it('gives a request id back, and makes one where there is none that is usable', async () => {
    const given = await service.get('/items/1', { headers: { 'x-request-id': 'my-id-1' } });
    expect(given.headers.get('x-request-id')).toBe('my-id-1');
    const made = await service.get('/items/1', { headers: { 'x-request-id': 'x'.repeat(500) } });
    expect(made.headers.get('x-request-id')).toMatch(/^[\da-f]{32}$/);
  });

  it('has a database that agrees with its entities', async () => {
    expect(await checkSchema(service.app.get(DataSource))).toEqual([]);
  });
});
