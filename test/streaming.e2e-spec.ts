import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { drain } from '../src/drain.js';
import { queryAtRest } from './support/database.js';
import { EventReader, textOf } from './support/event-reader.js';
import { TestService } from './support/test-service.js';

describe.each(['/chat', '/conversation'])('POST %s as events', (path) => {
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start({ LLM_MAX_RETRIES: '1' }, { words: 6 });
  });
  afterAll(() => service.stop());
  afterEach(() => service.provider.clearFaults());

  const post = (body: object, headers: object = {}) =>
    EventReader.post(service.url + path, body, headers);
  const count = async () => {
    const [row] = await service.query<{ n: number }>('SELECT count(*)::int AS n FROM ledger_entry');
    return row?.n ?? 0;
  };

  it('sends the text word by word, then the fields of the JSON answer', async () => {
    const whole = await service.post(path, { message: 'Hello' });
    const reader = await post({ message: 'Hello', stream: true });
    expect(reader.response.status).toBe(200);
    const events = await reader.rest();
    expect(events.map(({ event }) => event)).toEqual([...Array<string>(6).fill('message'), 'done']);
    const { data } = events.at(-1) ?? {};
    expect(Object.keys(data ?? {})).toEqual(Object.keys(whole.body));
    expect(data).toMatchObject({
      response: textOf(events),
      model: 'claude-sonnet-5',
      cost_status: 'priced',
      finish_reason: 'end_turn',
      // 5 bytes are 2 tokens, and 3 for the message.
      input_tokens: 5,
    });
  });

  it('is streamed when the Accept header asks for it, unless the body says otherwise', async () => {
    const accept = { accept: 'text/event-stream' };
    const asked = await post({ message: 'Hello' }, accept);
    expect(asked.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    await asked.rest();
    const refused = await post({ message: 'Hello', stream: false }, accept);
    expect(refused.response.headers.get('content-type')).toContain('application/json');
    refused.leave();
  });

  it('passes proxies untouched', async () => {
    const reader = await post({ message: 'Hello', stream: true });
    const { response } = reader;
    expect(response.headers.get('cache-control')).toBe('no-cache, no-transform');
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    expect(response.headers.get('x-request-id')).toBeTruthy();
    reader.leave();
  });

  it.each([
    ['a wrong field', { message: '' }, undefined, 422],
    ['a provider that there is none of', { message: 'Hi', provider: 'nobody' }, undefined, 422],
    ['a provider without a key', { message: 'Hi', model: 'openai/gpt-5.2' }, undefined, 503],
    ['a refusal', { message: 'Hi' }, { kind: 'status', status: 429 }, 429],
    ['a connection that is lost at once', { message: 'Hi' }, { kind: 'cut-before-headers' }, 502],
    ['a page in place of a stream', { message: 'Hi' }, { kind: 'html' }, 502],
  ] as const)('answers %s as an ordinary problem', async (_, body, fault, status) => {
    if (fault) service.provider.setFault(fault);
    const reader = await post({ ...body, stream: true });
    const { response } = reader;
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    reader.leave();
  });

  it('is booked once, by the final usage, when the SDK retries', async () => {
    const before = await count();
    const asked = service.provider.requests.length;
    service.provider.setFault({ kind: 'status', status: 529, times: 1 });
    const events = await (await post({ message: 'Again', stream: true })).rest();
    expect(events.at(-1)).toMatchObject({ event: 'done', data: { cost_status: 'priced' } });
    expect(service.provider.requests.length - asked).toBe(2);
    expect((await count()) - before).toBe(1);
  });

  it('answers without the final usage, at a cost that says that it is partial', async () => {
    service.provider.setFault({ kind: 'missing-usage' });
    const events = await (await post({ message: 'Hello', stream: true })).rest();
    const bytes = Buffer.byteLength(textOf(events));
    expect(events.at(-1)).toMatchObject({
      event: 'done',
      data: {
        cost_status: 'partial',
        input_tokens: 5,
        output_tokens: Math.max(6, Math.ceil(bytes / 4)),
      },
    });
  });

  it('repeats a stored answer in the form that is asked for', async () => {
    const key = { 'idempotency-key': `key-${path}` };
    const asked = service.provider.requests.length;
    const first = await (await post({ message: 'Once', stream: true }, key)).rest();
    const again = await post({ message: 'Once', stream: true }, key);
    expect(again.response.headers.get('idempotent-replayed')).toBe('true');
    const replayed = await again.rest();
    expect(replayed.map(({ event }) => event)).toEqual(['message', 'done']);
    expect(textOf(replayed)).toBe(textOf(first));
    expect(replayed.at(-1)?.data).toEqual(first.at(-1)?.data);
    const json = await service.post(path, { message: 'Once' }, { headers: key });
    expect(json.body).toEqual(first.at(-1)?.data);
    expect(service.provider.requests.length - asked).toBe(1);
  });

  it('keeps nothing of a cut answer for repeats: they are asked anew', async () => {
    const key = { 'idempotency-key': `cut-${path}` };
    service.provider.setFault({ kind: 'cut-stream', afterEvents: 4, by: 'reset', times: 1 });
    const cut = await (await post({ message: 'Cut', stream: true }, key)).rest();
    expect(cut.at(-1)?.event).toBe('error');
    const again = await (await post({ message: 'Cut', stream: true }, key)).rest();
    expect(again.at(-1)?.event).toBe('done');
  });

  it('writes when the first text came', async () => {
    const rows = await service.query<{ first: number | null; whole: number; status: string }>(
      `SELECT time_to_first_chunk_ms AS first, duration_ms AS whole, status FROM ledger_entry
       WHERE output_tokens > 0`,
    );
    const streamed = rows.filter(({ first }) => first !== null);
    expect(streamed.length).toBeGreaterThan(3);
    expect(streamed.every(({ first, whole }) => Number(first) > 0 && Number(first) <= whole)).toBe(
      true,
    );
  });
});

describe('a conversation whose answer is cut', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start({}, { words: 6 });
  });
  afterAll(() => service.stop());

  it('keeps what was said, marked, and goes on from there', async () => {
    const say = (message: string) =>
      EventReader.post(`${service.url}/conversation`, {
        message,
        conversation_id: 'cut',
        stream: true,
      });
    service.provider.setFault({ kind: 'cut-stream', afterEvents: 4, by: 'hang', times: 1 });
    const reader = await say('First');
    const text = textOf([(await reader.next())!, (await reader.next())!]);
    reader.leave();
    // The next turn waits for the first one's lease.
    const next = await (await say('Second')).rest();
    expect(next.at(-1)).toMatchObject({ event: 'done', data: { turn_count: 2 } });
    const { body } = await service.get<{ turns: object[] }>('/conversation/cut');
    expect(body.turns).toMatchObject([
      { assistant_message: text, cut_reason: 'reader_left', cost_status: 'partial' },
      { cut_reason: null, cost_status: 'priced' },
    ]);
    expect(service.provider.requests.at(-1)?.body).toMatchObject({
      messages: [{ content: 'First' }, { content: text }, { content: 'Second' }],
    });
  });

  it('keeps no turn when nothing was said', async () => {
    service.provider.setFault({ kind: 'cut-stream', afterEvents: 2, by: 'reset', times: 1 });
    const body = { message: 'Hi', conversation_id: 'silent', stream: true };
    const events = await (await EventReader.post(`${service.url}/conversation`, body)).rest();
    expect(events.map(({ event }) => event)).toEqual(['error']);
    expect((await service.get('/conversation/silent')).status).toBe(404);
  });
});

describe('a service that stops', () => {
  it.each(['false', 'true'])('books those it cuts: LLM_DRAIN_STREAMS=%s', async (drained) => {
    const env = { LLM_DRAIN_STREAMS: drained };
    const service = await TestService.start(env, { words: 6 });
    service.provider.setFault({ kind: 'cut-stream', afterEvents: 4, by: 'hang' });
    const body = { message: 'Bye', stream: true };
    const reader = await EventReader.post(`${service.url}/chat`, body);
    await reader.next();
    reader.leave();
    await drain(service.app, 100);
    const sql = 'SELECT status, cost_status FROM ledger_entry';
    expect(await queryAtRest(service.database, sql)).toEqual([
      { status: 'cancelled', cost_status: 'partial' },
    ]);
    await service.provider.close();
    await service.database.drop();
  });
});

describe('with LLM_DRAIN_STREAMS', () => {
  let service: TestService;

  beforeAll(async () => {
    const env = { LLM_DRAIN_STREAMS: 'true', OPENAI_API_KEY: 'test' };
    service = await TestService.start(env, { words: 40, chunkDelayMs: 10 });
  });
  afterAll(() => service.stop());

  it.each(['claude-sonnet-5', 'gpt-5.2'])(
    'a stream that its reader left is read to its end: %s',
    async (model) => {
      const body = { message: 'Go', model, stream: true, conversation_id: model };
      const reader = await EventReader.post(`${service.url}/conversation`, body);
      const text = textOf([(await reader.next())!]);
      reader.leave();
      const find = () =>
        service.query<Record<string, unknown>>(
          'SELECT * FROM ledger_entry WHERE conversation_id = $1',
          [model],
        );
      await expect.poll(async () => (await find()).length, { timeout: 10_000 }).toBe(1);
      const [entry] = await find();
      expect(entry).toMatchObject({
        status: 'cancelled',
        error_type: 'reader_left',
        cost_status: 'priced',
        input_tokens: '4',
      });
      // 40 words, of which the reader saw one or few.
      expect(Number(entry?.output_tokens)).toBeGreaterThanOrEqual(40);
      expect(service.provider.requests.at(-1)?.aborted).toBe(false);
      const { body: kept } = await service.get<{ turns: Array<Record<string, string>> }>(
        `/conversation/${model}`,
      );
      expect(kept.turns[0]?.cut_reason).toBe('reader_left');
      expect(kept.turns[0]?.assistant_message?.startsWith(text)).toBe(true);
      expect(kept.turns[0]?.assistant_message?.split(' ').length).toBeLessThan(40);
    },
  );
});
