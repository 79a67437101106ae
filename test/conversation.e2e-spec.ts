import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  conversationAnswer,
  conversationDetail,
  conversationList,
  type ConversationAnswer,
  type ConversationDetail,
  type ConversationList,
} from '../src/conversation/conversation.schema.js';
import { parseUsd } from '../src/genai/pricing/index.js';
import { TestService } from './support/test-service.js';

describe('/conversation', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.stop());
  beforeEach(() => service.provider.clearFaults());

  const say = (body: object) => service.post<ConversationAnswer>('/conversation', body);
  const read = (id: string, query = '') =>
    service.get<ConversationDetail>(`/conversation/${encodeURIComponent(id)}${query}`);

  it('remembers: the model gets what was said before', async () => {
    const first = await say({ message: 'My name is Ada.' });
    expect(first.status).toBe(200);
    expect(() => conversationAnswer.strict().parse(first.body)).not.toThrow();
    const { conversation_id } = first.body;
    const second = await say({ conversation_id, message: 'What is my name?' });
    expect(second.body.response).toContain('Ada');
    expect(second.body.turn_count).toBe(2);
    expect(service.provider.requests.at(-1)?.body).toMatchObject({
      messages: [
        { role: 'user', content: 'My name is Ada.' },
        { role: 'assistant', content: first.body.response },
        { role: 'user', content: 'What is my name?' },
      ],
    });
  });

  it("adds up its cost from the ledger: the total is the turns' exact sum", async () => {
    const id = 'conv_sum';
    const costs: bigint[] = [];
    for (const message of ['One', 'Two', 'Three']) {
      const { body } = await say({ conversation_id: id, message });
      costs.push(parseUsd(String(body.cost_usd)));
      const total = costs.reduce((sum, cost) => sum + cost, 0n);
      expect(parseUsd(String(body.total_cost_usd))).toBe(total);
    }
    const { body } = await read(id);
    expect(() => conversationDetail.strict().parse(body)).not.toThrow();
    expect(body).toMatchObject({ turn_count: 3, stats: { calls: 3, unpriced_calls: 0 } });
    expect(body.turns.map(({ cost_usd }) => parseUsd(String(cost_usd)))).toEqual(costs);
  });

  it('keeps the system prompt, the user and the models', async () => {
    const id = 'conv_user123_session456';
    await say({
      conversation_id: id,
      message: 'Hi',
      system: 'Be brief',
      user_id: 'ada@example.com',
    });
    await say({ conversation_id: id, message: 'And now?', model: 'claude-haiku-4-5' });
    expect(service.provider.requests.at(-1)?.body).toMatchObject({ system: 'Be brief' });
    const { body } = await read(id);
    expect(body.user_id).toBe('ada@example.com');
    expect(body.models_used).toHaveLength(2);
    const rows = await service.query(
      'SELECT user_id, turn_number FROM ledger_entry WHERE conversation_id = $1 ORDER BY id',
      [id],
    );
    expect(rows).toEqual([
      { user_id: 'ada@example.com', turn_number: 1 },
      { user_id: 'ada@example.com', turn_number: 2 },
    ]);
  });

  it('puts turns that come at once in order, without gaps and without mixing them', async () => {
    const id = 'conv_burst';
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, n) => say({ conversation_id: id, message: `Message ${n}` })),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(12).fill(200));
    const numbers = answers.map(({ body }) => body.turn_count).toSorted((a, b) => a - b);
    expect(numbers).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    const { body } = await read(id);
    expect(body.turns.map(({ turn }) => turn)).toEqual(numbers);
    for (const { body: answer } of answers) {
      expect(body.turns[answer.turn_count - 1]?.assistant_message).toBe(answer.response);
    }
  });

  it('leaves no half turn when the provider fails, and keeps what the failure cost apart', async () => {
    const id = 'conv_fault';
    await say({ conversation_id: id, message: 'Fine' });
    service.provider.setFault({ kind: 'status', status: 500, times: 1 });
    expect((await say({ conversation_id: id, message: 'Lost' })).status).toBe(502);
    const again = await say({ conversation_id: id, message: 'Found' });
    expect(again.body.turn_count).toBe(2);
    const { body } = await read(id);
    expect(body.turns.map(({ user_message }) => user_message)).toEqual(['Fine', 'Found']);
    expect(body.stats).toMatchObject({ calls: 3, failed_calls: 1 });
  });

  it('leaves no conversation when its first turn fails', async () => {
    service.provider.setFault({ kind: 'status', status: 500, times: 1 });
    await say({ conversation_id: 'conv_stillborn', message: 'Lost' });
    expect((await read('conv_stillborn')).status).toBe(404);
  });

  it('refuses a turn of another user', async () => {
    await say({ conversation_id: 'conv_ada', message: 'Mine', user_id: 'ada' });
    const other = await say({ conversation_id: 'conv_ada', message: 'Mine too?', user_id: 'eve' });
    expect(other.status).toBe(409);
  });

  it('pages its turns', async () => {
    const first = await read('conv_burst', '?limit=5');
    expect(first.body.turns.map(({ turn }) => turn)).toEqual([1, 2, 3, 4, 5]);
    const last = await read('conv_burst', '?limit=10&cursor=5');
    expect(last.body.turns.map(({ turn }) => turn)).toEqual([6, 7, 8, 9, 10, 11, 12]);
    expect(last.body.next_cursor).toBeNull();
  });

  it('lists conversations newest first, page by page, each once', async () => {
    const seen: string[] = [];
    for (let cursor = ''; ;) {
      const { body } = await service.get<ConversationList>(`/conversation?limit=2${cursor}`);
      expect(() => conversationList.strict().parse(body)).not.toThrow();
      seen.push(...body.conversations.map(({ conversation_id }) => conversation_id));
      if (body.next_cursor === null) break;
      cursor = `&cursor=${body.next_cursor}`;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen[0]).toBe('conv_ada');
    expect(seen).toContain('conv_burst');
  });

  it('deletes the words for good and keeps the money', async () => {
    const id = 'conv_gone';
    const { body } = await service.post<ConversationAnswer>(
      '/conversation',
      { conversation_id: id, message: 'The password is tulip', system: 'Remember: rose' },
      { headers: { 'idempotency-key': 'gone-1' } },
    );
    expect((await service.delete(`/conversation/${id}`)).status).toBe(204);
    expect((await read(id)).status).toBe(404);
    expect((await service.delete(`/conversation/${id}`)).status).toBe(404);
    expect((await say({ conversation_id: id, message: 'Again' })).status).toBe(409);
    const entries = await service.query('SELECT 1 FROM ledger_entry WHERE response_id = $1', [
      body.response_id,
    ]);
    expect(entries).toHaveLength(1);
    const tables = await service.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables
       WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'`,
    );
    expect(tables.length).toBeGreaterThan(6);
    for (const { name } of tables) {
      const [found] = await service.query<{ text: string }>(
        `SELECT coalesce(string_agg(t::text, ' '), '') AS text FROM "${name}" AS t`,
      );
      expect(found?.text, name).not.toMatch(/tulip|rose/);
    }
  });

  it('answers 404 for what does not exist and 422 for a wrong page', async () => {
    expect((await read('conv_never')).status).toBe(404);
    expect((await service.get('/conversation?limit=0')).status).toBe(422);
    expect((await service.get('/conversation?cursor=abc')).status).toBe(422);
    expect((await service.get('/conversation?surprise=1')).status).toBe(422);
  });
});

describe('a page of a conversation', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.stop());

  it('ends early where its words are many, and the next goes on', async () => {
    const message = 'word '.repeat(36_000);
    const said = { conversation_id: 'conv_big', message, model: 'claude-haiku-4-5' };
    for (let turn = 0; turn < 26; turn++) {
      expect((await service.post('/conversation', said)).status).toBe(200);
    }
    const first = await service.get<ConversationDetail>('/conversation/conv_big');
    const numbers = ({ turns }: ConversationDetail) => turns.map(({ turn }) => turn);
    // 180 kB each, and 4 MiB are reached by the twenty-fourth.
    expect(numbers(first.body)).toEqual(Array.from({ length: 24 }, (_, n) => n + 1));
    expect(first.body.next_cursor).toBe('24');
    const rest = await service.get<ConversationDetail>('/conversation/conv_big?cursor=24');
    expect(numbers(rest.body)).toEqual([25, 26]);
    expect(rest.body.next_cursor).toBeNull();
  });
});

describe('/conversation beyond the window of the model', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.stop());

  it('drops the oldest turns first, and says so', async () => {
    // claude-haiku-4-5 holds 200,000 tokens; a turn here counts as about 72,000.
    const message = 'word '.repeat(36_000);
    const model = 'claude-haiku-4-5';
    const dropped: number[] = [];
    for (let turn = 0; turn < 4; turn++) {
      const { status, body } = await service.post<ConversationAnswer>('/conversation', {
        conversation_id: 'conv_long',
        message,
        model,
      });
      expect(status).toBe(200);
      dropped.push(body.dropped_turns);
    }
    expect(dropped).toEqual([0, 0, 1, 2]);
    const sent = service.provider.requests.at(-1)?.body as { messages: unknown[] };
    expect(sent.messages).toHaveLength(3);
  });
});
