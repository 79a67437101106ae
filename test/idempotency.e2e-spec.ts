import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestService } from './support/test-service.js';

describe('Idempotency-Key', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.stop());
  beforeEach(() => service.provider.clearFaults());

  const send = (path: string, key: string, body: object) =>
    service.post(path, body, { headers: { 'idempotency-key': key } });

  it.each([
    ['/chat', { message: 'Once' }, 1],
    ['/conversation', { message: 'Once', conversation_id: 'conv_once' }, 1],
    ['/workflow', { task: 'Once' }, 2],
  ])('on %s: a repeat gets the same bytes and no model is called', async (path, body, calls) => {
    const before = service.provider.requests.length;
    const first = await send(path, `key ${path}`.replace(' ', ':'), body);
    const repeat = await send(path, `key ${path}`.replace(' ', ':'), body);
    expect(first.status).toBe(200);
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    expect(repeat.status).toBe(200);
    expect(repeat.text).toBe(first.text);
    expect(repeat.headers.get('idempotent-replayed')).toBe('true');
    expect(repeat.headers.get('content-type')).toMatch(/^application\/json/);
    expect(service.provider.requests.length - before).toBe(calls);
  });

  it('lets concurrent repeats wait for the first answer', async () => {
    const before = service.provider.requests.length;
    service.provider.setOptions({ latencyMs: 150 });
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => send('/chat', 'burst', { message: 'All at once' })),
    );
    service.provider.setOptions({ latencyMs: 0 });
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(service.provider.requests.length - before).toBe(1);
  });

  it('keeps keys of different endpoints and different keys apart', async () => {
    const chat = await send('/chat', 'shared', { message: 'One' });
    const other = await send('/chat', 'shared-2', { message: 'One' });
    const conversation = await send('/conversation', 'shared', { message: 'One' });
    expect(chat.body.response_id).not.toBe(other.body.response_id);
    expect(conversation.body).toHaveProperty('conversation_id');
  });

  it('refuses a key that was used for another request', async () => {
    await send('/chat', 'reused', { message: 'One thing' });
    const { status, body } = await send('/chat', 'reused', { message: 'Another thing' });
    expect(status).toBe(422);
    expect(body.type).toBe('urn:spanledger:problem:idempotency-key-reused');
  });

  it('refuses a key that is none', async () => {
    expect((await send('/chat', 'k'.repeat(256), { message: 'x' })).status).toBe(422);
    expect((await send('/chat', 'two words', { message: 'x' })).status).toBe(422);
  });

  it('forgets a failure: the same key may try again', async () => {
    service.provider.setFault({ kind: 'status', status: 529, times: 1 });
    expect((await send('/chat', 'retry', { message: 'Try' })).status).toBe(503);
    expect((await send('/chat', 'retry', { message: 'Try' })).status).toBe(200);
  });

  it('hands the work on when the first client leaves', async () => {
    service.provider.setFault({ kind: 'hang', times: 1 });
    const first = new AbortController();
    const left = service.post(
      '/chat',
      { message: 'Handed on' },
      { headers: { 'idempotency-key': 'handed-on' }, signal: first.signal },
    );
    await expect
      .poll(() => JSON.stringify(service.provider.requests.at(-1)?.body ?? ''))
      .toContain('Handed on');
    const waiting = send('/chat', 'handed-on', { message: 'Handed on' });
    first.abort();
    await expect(left).rejects.toThrow();
    expect((await waiting).status).toBe(200);
  });
});
