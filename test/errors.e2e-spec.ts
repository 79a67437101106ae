import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ProblemDocument } from '../src/http/index.js';
import { TestService } from './support/test-service.js';

describe('errors', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start({ LLM_TIMEOUT_MS: '400', BODY_LIMIT_BYTES: '20000' });
  });
  afterAll(() => service.stop());
  beforeEach(() => service.provider.clearFaults());

  const chat = () => service.post<ProblemDocument>('/chat', { message: 'Hello' });

  it('are problem documents with the trace id of the request', async () => {
    const { status, headers, body } = await service.post<ProblemDocument>('/chat', {});
    expect(status).toBe(422);
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(body).toMatchObject({
      type: 'urn:spanledger:problem:invalid-request',
      title: 'Unprocessable Entity',
      status: 422,
    });
    expect(body.trace_id).toMatch(/^[0-9a-f]{32}$/);
  });

  it.each([
    ['/usage?user=%00', 422],
    ['/usage?model=a&model=%ed%a0%80', 200],
    ['/usage?from=0000-01-01', 422],
    ['/usage?from=9999-12-31T23:59:59-23:59', 422],
    ['/conversation?cursor=999999999999999999', 200],
    ['/docs/http://x/usage', 403],
  ])('are the caller’s, not ours: GET %s is answered %i', async (path, status) => {
    expect((await service.get(path)).status).toBe(status);
  });

  it('are told up to a hundred at once', async () => {
    const many = Object.fromEntries(Array.from({ length: 900 }, (_, n) => [`f${n}`, 1]));
    const { body } = await service.post<ProblemDocument>('/chat', { message: 'Hi', ...many });
    expect(body.errors).toHaveLength(100);
    expect(body.detail).toMatch(/ and 800 more\.$/);
  });

  it('name every wrong field at once, unknown ones too', async () => {
    const { body } = await service.post<ProblemDocument>('/chat', {
      message: '',
      model: 'no such thing!',
      max_tokens: -5,
      temperature: 'hot',
      user_id: 'has space',
      tags: ['ok', ''],
      metadata: { 'bad key!': 1 },
      surprise: true,
      another: 1,
    });
    expect(body.errors?.map(({ path }) => path).toSorted()).toEqual([
      'another',
      'max_tokens',
      'message',
      'metadata.bad key!',
      'model',
      'surprise',
      'tags.1',
      'temperature',
      'user_id',
    ]);
  });

  it.each([
    ['null model', { message: 'x', model: null }, 'model'],
    ['a too long message', { message: 'x'.repeat(200_001) }, undefined],
    ['NUL in the message', { message: 'a\0b' }, 'message'],
    ['half a surrogate pair', { message: 'a\ud800' }, 'message'],
    ['fractions of tokens', { message: 'x', max_tokens: 1.5 }, 'max_tokens'],
    [
      'a temperature, which the provider no longer takes',
      { message: 'x', temperature: 0.5 },
      'temperature',
    ],
  ])('refuse %s', async (_, body, path) => {
    const answer = await service.post<ProblemDocument>('/chat', body);
    if (path === undefined) return expect(answer.status).toBe(413);
    expect(answer.status).toBe(422);
    expect(answer.body.errors?.map((error) => error.path)).toEqual([path]);
  });

  it('tell a body that is no JSON, no object, or too large', async () => {
    const headers = { 'content-type': 'application/json' };
    const send = (body: string) =>
      service.send<ProblemDocument>('/chat', { method: 'POST', body, headers });
    expect((await send('{"message": ')).status).toBe(400);
    expect((await send('[]')).status).toBe(422);
    expect((await send(JSON.stringify({ message: 'x'.repeat(30_000) }))).status).toBe(413);
    expect(
      (
        await service.send('/chat', {
          method: 'POST',
          body: 'x',
          headers: { 'content-type': 'text/csv' },
        })
      ).status,
    ).toBe(415);
  });

  it.each([
    [{ 'content-encoding': 'gzip' }, 415],
    [{ 'content-type': 'application/json; charset=utf-16' }, 415],
    [{ 'content-type': 'application/json; Charset="iso-8859-1"' }, 415],
    [{ 'content-type': 'application/json; charset=UTF-8', 'content-encoding': 'identity' }, 200],
  ])('tell a body that says it is encoded: %o is answered %i', async (encoded, status) => {
    const body = JSON.stringify({ message: 'Hi' });
    const headers = { 'content-type': 'application/json', ...encoded };
    const answer = await service.send<ProblemDocument>('/chat', { method: 'POST', body, headers });
    expect(answer.status).toBe(status);
    if (status === 200) return;
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.headers.get('accept-encoding')).toBe('identity');
    expect(answer.body.type).toBe('urn:spanledger:problem:unsupported-media-type');
  });

  it('tell a path that does not exist and an id that is no integer', async () => {
    expect((await service.get('/nowhere')).status).toBe(404);
    expect((await service.get<ProblemDocument>('/nowhere')).body.title).toBe('Not Found');
    const broken = await service.get<ProblemDocument>('/conversation/%E0%A4%A');
    expect(broken.status).toBe(400);
    expect(broken.body.type).toBe('urn:spanledger:problem:malformed-request');
    const wrong = await service.get<ProblemDocument>('/items/abc');
    expect(wrong.status).toBe(422);
    expect(wrong.body.errors).toEqual([{ path: 'item_id', message: 'Must be an integer' }]);
  });

  it.each([
    [{ kind: 'status', status: 401 }, 502, 'provider-authentication'],
    [{ kind: 'status', status: 403 }, 502, 'provider-permission'],
    [{ kind: 'status', status: 400 }, 422, 'provider-refused'],
    [{ kind: 'status', status: 404 }, 422, 'model-not-found'],
    [{ kind: 'status', status: 413 }, 413, 'provider-body-too-large'],
    [{ kind: 'status', status: 429, retryAfterSeconds: 7 }, 429, 'provider-rate-limited'],
    [{ kind: 'status', status: 500 }, 502, 'provider-failed'],
    [{ kind: 'status', status: 529 }, 503, 'provider-overloaded'],
    [{ kind: 'hang' }, 504, 'provider-timeout'],
    [{ kind: 'cut-before-headers' }, 502, 'provider-unreachable'],
    [{ kind: 'cut-body' }, 502, 'provider-unreachable'],
    [{ kind: 'malformed-json' }, 502, 'provider-malformed-answer'],
    [{ kind: 'html' }, 502, 'provider-malformed-answer'],
  ] as const)('of the provider: %o is answered %i %s', async (fault, status, kind) => {
    service.provider.setFault(fault);
    const answer = await chat();
    expect(answer.status).toBe(status);
    expect(answer.body.type).toBe(`urn:spanledger:problem:${kind}`);
    expect(answer.text).not.toMatch(/at \w+ \(|node_modules|test-key/);
  });

  it('are not made of an answer without usage: it is passed on, its cost is partial', async () => {
    service.provider.setFault({ kind: 'missing-usage' });
    const { status, body } = await service.post('/chat', { message: 'Hello' });
    expect(status).toBe(200);
    expect(body).toMatchObject({ cost_status: 'partial', input_tokens: 0 });
  });

  it('pass on when to come back', async () => {
    service.provider.setFault({ kind: 'status', status: 429, retryAfterSeconds: 30 });
    expect((await chat()).headers.get('retry-after')).toBe('30');
    service.provider.setFault({ kind: 'status', status: 529 });
    expect(Number((await chat()).headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('of the provider are booked: a refusal costs nothing, an unfinished call is partial', async () => {
    const rows = await service.query<{ error_type: string; cost_status: string }>(
      `SELECT DISTINCT error_type, cost_status FROM ledger_entry WHERE status = 'error' ORDER BY 1`,
    );
    expect(rows).toEqual([
      { error_type: '400', cost_status: 'free' },
      { error_type: '401', cost_status: 'free' },
      { error_type: '403', cost_status: 'free' },
      { error_type: '404', cost_status: 'free' },
      { error_type: '413', cost_status: 'free' },
      { error_type: '429', cost_status: 'free' },
      { error_type: '500', cost_status: 'free' },
      { error_type: '529', cost_status: 'free' },
      { error_type: 'connection', cost_status: 'partial' },
      { error_type: 'malformed_answer', cost_status: 'partial' },
      { error_type: 'timeout', cost_status: 'partial' },
    ]);
  });
});

describe('retries', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start({ LLM_MAX_RETRIES: '2' });
  });
  afterAll(() => service.stop());

  it('hide a passing fault, and the call is booked once', async () => {
    service.provider.setFault({ kind: 'status', status: 529, times: 2 });
    const { status } = await service.post('/chat', { message: 'Try again' });
    expect(status).toBe(200);
    expect(service.provider.requests).toHaveLength(3);
    expect(await service.query('SELECT status FROM ledger_entry')).toEqual([{ status: 'ok' }]);
    const { text } = await service.get('/metrics');
    expect(text).toMatch(/^spanledger_call_retries_total\{provider="anthropic"\} 2$/m);
    expect(text).toMatch(/^spanledger_call_retries_total\{provider="openai"\} 0$/m);
  });

  it('do not wait through a long retry-after: the caller is told at once', async () => {
    const before = service.provider.requests.length;
    service.provider.setFault({ kind: 'status', status: 429, retryAfterSeconds: 60 });
    const { status, headers } = await service.post('/chat', { message: 'Busy' });
    expect(status).toBe(429);
    expect(headers.get('retry-after')).toBe('60');
    expect(service.provider.requests.length).toBe(before + 1);
  });
});
