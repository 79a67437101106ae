import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EventReader, textOf } from './support/event-reader.js';
import { TestService } from './support/test-service.js';

/** Words of each answer, each a chunk of its stream. */
const WORDS = 6;

/** A vendor's stream: which of its events are text, and from which on the answer is whole. */
interface Format {
  readonly name: string;
  readonly model: string;
  readonly env: Record<string, string>;
  readonly events: number;
  readonly beforeText: number;
  /** After so many events the end of the answer is told. */
  readonly whole: number;
  /** After so many events the final usage is told. */
  readonly counted: number;
  readonly inputIsExact: boolean;
  /** Output that the vendor counts before the first word. */
  readonly leastOutput: number;
}

const FORMATS: readonly Format[] = [
  {
    // message_start, content_block_start, the words, content_block_stop, message_delta, message_stop
    name: 'Anthropic',
    model: 'claude-sonnet-5',
    env: {},
    events: 11,
    beforeText: 2,
    whole: 10,
    counted: 10,
    inputIsExact: true,
    leastOutput: 1,
  },
  {
    // the role, the words, the finish reason, the usage, [DONE]
    name: 'OpenAI chat completions',
    model: 'gpt-5.2',
    env: { OPENAI_API_KEY: 'test-key', OPENAI_API: 'chat_completions' },
    events: 10,
    beforeText: 1,
    whole: 8,
    counted: 9,
    inputIsExact: false,
    leastOutput: 0,
  },
  {
    // created, in_progress, item and part added, the words, text, part and item done, completed
    name: 'OpenAI responses',
    model: 'gpt-5.2',
    env: { OPENAI_API_KEY: 'test-key', OPENAI_API: 'responses' },
    events: 14,
    beforeText: 4,
    whole: 14,
    counted: 14,
    inputIsExact: true,
    leastOutput: 0,
  },
];

interface Entry {
  readonly status: string;
  readonly error_type: string | null;
  readonly cost_status: string;
  readonly cost_reason: string | null;
  readonly input_tokens: string;
  readonly output_tokens: string;
  readonly cost_total: string | null;
  readonly response_id: string | null;
}

describe.each(FORMATS)('a stream of $name that is cut', (format) => {
  let service: TestService;

  beforeAll(async () => {
    const env = { LLM_TIMEOUT_MS: '20000', ...format.env };
    service = await TestService.start(env, { words: WORDS });
  });
  afterAll(() => service.stop());

  const positions = Array.from({ length: format.events + 1 }, (_, position) => position);
  const textChunks = (position: number) =>
    Math.min(WORDS, Math.max(0, position - format.beforeText));

  /** The message is found again in the provider's faults and, as a label, in the ledger. */
  function ask(position: number, by: 'reset' | 'end' | 'error' | 'hang', label: string) {
    const marker = `${label}_${String(position).padStart(2, '0')}`;
    service.provider.setFault({ kind: 'cut-stream', afterEvents: position, by, marker });
    const { model } = format;
    const body = { message: marker, model, stream: true, conversation_id: marker };
    return { marker, reading: EventReader.post(`${service.url}/chat`, body) };
  }

  /** The one entry of a request: it may be committed after the reader has left. */
  async function entryOf(label: string): Promise<Entry> {
    const find = () =>
      service.query<Entry>('SELECT * FROM ledger_entry WHERE conversation_id = $1', [label]);
    await expect.poll(async () => (await find()).length, { timeout: 10_000 }).toBeGreaterThan(0);
    const entries = await find();
    expect(entries, label).toHaveLength(1);
    return entries[0] as Entry;
  }

  function expectTokens(entry: Entry, position: number, text: string, marker: string): void {
    // The provider counts a token for every 4 bytes begun, and 3 for the message.
    const input = Math.ceil(marker.length / 4) + 3;
    // Where nobody counted it is 4 for the message.
    const estimated = Math.ceil(marker.length / 4) + 4;
    const isCounted = position >= format.counted;
    const inputTokens = isCounted || format.inputIsExact ? input : estimated;
    expect(Number(entry.input_tokens), marker).toBe(inputTokens);
    const bytes = Math.ceil(Buffer.byteLength(text) / 4);
    const received = Math.max(bytes, textChunks(position), isCounted ? 0 : format.leastOutput);
    expect(Number(entry.output_tokens), marker).toBe(received);
    expect(entry.response_id, marker).not.toBeNull();
    expect(BigInt(entry.cost_total ?? 0), marker).toBeGreaterThan(0n);
  }

  it.each([
    { by: 'reset', reason: 'connection_lost', status: 502, errorType: 'connection' },
    { by: 'end', reason: 'connection_lost', status: 502, errorType: 'connection' },
    { by: 'error', reason: 'provider_error', status: undefined, errorType: undefined },
  ] as const)('by $by, after each event', async ({ by, reason, status, errorType }) => {
    await Promise.all(
      positions.map(async (position) => {
        const { marker, reading } = ask(position, by, `cut_by_${by}`);
        const reader = await reading;
        if (position === 0) {
          // Nothing had begun: an ordinary problem, and nobody knows whether it was billed.
          expect(reader.response.headers.get('content-type')).toContain('problem+json');
          expect(reader.response.status).toBeGreaterThanOrEqual(429);
          const { status: told, cost_status } = await entryOf(marker);
          expect(told).toBe('error');
          expect(cost_status).toBe(by === 'error' ? 'free' : 'partial');
          return;
        }
        const events = await reader.rest();
        const text = textOf(events);
        expect(
          events.filter(({ event }) => event === 'message'),
          marker,
        ).toHaveLength(textChunks(position));
        const last = events.at(-1);
        const entry = await entryOf(marker);
        expectTokens(entry, position, text, marker);
        if (position >= format.whole) {
          expect(last, marker).toMatchObject({ event: 'done', data: { response: text } });
          expect(entry, marker).toMatchObject({
            status: 'ok',
            cost_status: position >= format.counted ? 'priced' : 'partial',
          });
          return;
        }
        expect(last, marker).toMatchObject({
          event: 'error',
          data: { cut_reason: reason, ...(status && { status }) },
        });
        expect(entry, marker).toMatchObject({
          status: 'error',
          ...(errorType && { error_type: errorType }),
          cost_status: 'partial',
          cost_reason: expect.stringContaining(`the stream was cut: ${reason}`),
        });
      }),
    );
  });

  it('by its reader, after each event', async () => {
    await Promise.all(
      positions.slice(1).map(async (position) => {
        // The provider hangs there: whatever ends the call, it is the reader's leaving.
        const { marker, reading } = ask(position, 'hang', 'cut_by_reader');
        const reader = await reading;
        let text = '';
        for (let chunk = 0; chunk < textChunks(position); chunk++) {
          const event = await reader.next();
          text += event ? textOf([event]) : '';
        }
        // The events that bring no text come at once after those that do.
        await expect.poll(() => sent(marker), { timeout: 10_000 }).toBe(position);
        reader.leave();
        await expect.poll(() => aborted(marker), { timeout: 10_000 }).toBe(true);
        const entry = await entryOf(marker);
        if (position < format.whole) {
          expectTokens(entry, position, text, marker);
          expect(entry, marker).toMatchObject({
            status: 'cancelled',
            error_type: 'reader_left',
            cost_status: 'partial',
            cost_reason: expect.stringContaining('the stream was cut: reader_left'),
          });
        }
      }),
    );
  });

  it('books nothing beside', async () => {
    const [row] = await service.query<{ count: string }>('SELECT count(*) FROM ledger_entry');
    // Three ways at each position, and one at each but the first.
    expect(Number(row?.count)).toBe(4 * positions.length - 1);
  });

  const requestOf = (marker: string) =>
    service.provider.requests.find(({ body }) => JSON.stringify(body).includes(marker));
  const sent = (marker: string) => requestOf(marker)?.eventsSent;
  const aborted = (marker: string) => requestOf(marker)?.aborted;
});

describe('a stream whose time is up', () => {
  let service: TestService;

  beforeAll(async () => {
    const env = { LLM_TIMEOUT_MS: '1500', OPENAI_API_KEY: 'test', OPENAI_API: 'chat_completions' };
    service = await TestService.start(env, { words: WORDS });
  });
  afterAll(() => service.stop());

  it.each([
    ['claude-sonnet-5', 2],
    ['gpt-5.2', 1],
  ])('is cut, after each word: %s', async (model, beforeText) => {
    const words = Array.from({ length: WORDS + 1 }, (_, n) => n);
    await Promise.all(
      words.map(async (n) => {
        const marker = `time_is_up_${model}_${n}`;
        const afterEvents = beforeText + n;
        service.provider.setFault({ kind: 'cut-stream', afterEvents, by: 'hang', marker });
        const body = { message: marker, model, stream: true, conversation_id: marker };
        const reader = await EventReader.post(`${service.url}/chat`, body);
        const events = await reader.rest();
        expect(events.at(-1)).toMatchObject({
          event: 'error',
          data: { status: 504, cut_reason: 'deadline' },
        });
        const entries = await service.query<Entry>(
          'SELECT * FROM ledger_entry WHERE conversation_id = $1',
          [marker],
        );
        expect(entries).toHaveLength(1);
        const bytes = Buffer.byteLength(textOf(events));
        expect(entries[0]).toMatchObject({
          status: 'error',
          error_type: 'timeout',
          cost_status: 'partial',
          cost_reason: expect.stringContaining('deadline'),
          output_tokens: String(Math.max(Math.ceil(bytes / 4), n, beforeText === 2 ? 1 : 0)),
        });
      }),
    );
  });
});
