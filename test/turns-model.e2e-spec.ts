import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Answer } from './support/http.js';
import { TestService } from './support/test-service.js';

/** One of several requests that are sent at once. */
interface Said {
  readonly conversation: 'a' | 'b';
  readonly message: 'x' | 'y' | 'fail!';
  /** An `Idempotency-Key`, if any. */
  readonly key?: 'k1' | 'k2' | undefined;
}

/** What must be stored, worked out without a database. */
interface Model {
  /** Distinguishes the runs, which share a database. */
  readonly run: string;
  readonly conversations: Record<Said['conversation'], { turns: string[]; deleted: boolean }>;
  /** The first answer of each key, and what it answered. */
  readonly keys: Map<string, { said: Said; text: string }>;
  /** Calls that the provider was asked for, each of them an entry. */
  calls: number;
}

const BROKEN = 502;
const REUSED = 422;
const CONFLICT = 409;
const idOf = ({ run }: Model, name: string) => `${run}-${name}`;
const isSame = (one: Said, other: Said) =>
  one.conversation === other.conversation && one.message === other.message;

/** Requests at once; in their midst a worker that was thought dead may lose its conversation. */
class Say implements fc.AsyncCommand<Model, TestService> {
  readonly #all: readonly Said[];
  readonly #robbed: Said['conversation'] | undefined;
  constructor(all: readonly Said[], robbed: Said['conversation'] | undefined) {
    this.#all = all;
    this.#robbed = robbed;
  }
  check = () => true;
  toString = () => `say(${JSON.stringify(this.#all)}, robbed: ${this.#robbed ?? 'none'})`;

  async run(model: Model, service: TestService): Promise<void> {
    const before = service.provider.requests.length;
    const sending = this.#all.map((said) => this.#send(model, service, said));
    const wasHeld = this.#robbed && (await rob(service, idOf(model, this.#robbed)));
    const answers = await Promise.all(sending);
    const fresh = this.#all.map((said, n) => ({ said, answer: answers[n] as Answer }));
    if (wasHeld) {
      const failed = fresh.filter(({ answer }) => [CONFLICT, BROKEN].includes(answer.status));
      expect(failed.some(({ said }) => said.conversation === this.#robbed)).toBe(true);
    }
    const added = fresh.filter(({ said, answer }) => this.#isTurn(model, said, answer, fresh));
    for (const name of ['a', 'b'] as const) this.#addTurns(model, name, added);
    for (const { said, answer } of added) {
      if (said.key) model.keys.set(said.key, { said, text: answer.text });
    }
    model.calls += service.provider.requests.length - before;
    await agree(model, service);
  }

  #send(model: Model, service: TestService, said: Said): Promise<Answer> {
    const headers = said.key ? { 'idempotency-key': `${model.run}-${said.key}` } : {};
    const conversation_id = idOf(model, said.conversation);
    return service.post('/conversation', { conversation_id, message: said.message }, { headers });
  }

  /** Judges an answer by what was stored before and what else was sent; true of a new turn. */
  #isTurn(
    model: Model,
    said: Said,
    { status, headers, text }: Answer,
    all: ReadonlyArray<{ said: Said; answer: Answer }>,
  ): boolean {
    const first = said.key === undefined ? undefined : model.keys.get(said.key);
    const rivals = all.filter((other) => said.key !== undefined && other.said.key === said.key);
    if (headers.get('idempotent-replayed')) {
      const originals = first
        ? [first]
        : rivals.map(({ said: by, answer }) => ({ said: by, text: answer.text }));
      expect(originals.some((one) => isSame(one.said, said) && one.text === text)).toBe(true);
      return false;
    }
    if (first) {
      expect([status, isSame(first.said, said)]).toEqual([REUSED, false]);
      return false;
    }
    if (status === REUSED) {
      expect(rivals.some((rival) => rival.answer.status === 200 && !isSame(rival.said, said))).toBe(
        true,
      );
      return false;
    }
    if (model.conversations[said.conversation].deleted) {
      expect(status).toBe(CONFLICT);
      return false;
    }
    if (status === CONFLICT) {
      expect(this.#robbed).toBe(said.conversation);
      return false;
    }
    expect(status).toBe(said.message === 'fail!' ? BROKEN : 200);
    const firsts = rivals.filter(
      ({ answer }) => answer.status === 200 && !answer.headers.get('idempotent-replayed'),
    );
    expect(firsts.length).toBeLessThanOrEqual(1);
    return status === 200;
  }

  /** Their numbers have no gap and no double, in whichever order they were taken. */
  #addTurns(
    model: Model,
    name: Said['conversation'],
    added: ReadonlyArray<{ said: Said; answer: Answer }>,
  ): void {
    const { turns } = model.conversations[name];
    const mine = added
      .filter(({ said }) => said.conversation === name)
      .map(({ said, answer }) => ({ number: Number(answer.body.turn_count), said }))
      .toSorted((one, other) => one.number - other.number);
    expect(mine.map(({ number }) => number)).toEqual(mine.map((_, n) => turns.length + 1 + n));
    turns.push(...mine.map(({ said }) => said.message));
  }
}

class Delete implements fc.AsyncCommand<Model, TestService> {
  readonly #name: Said['conversation'];
  constructor(name: Said['conversation']) {
    this.#name = name;
  }
  check = ({ conversations }: Readonly<Model>) => conversations[this.#name].turns.length > 0;
  toString = () => `delete(${this.#name})`;

  async run(model: Model, service: TestService): Promise<void> {
    expect((await service.delete(`/conversation/${idOf(model, this.#name)}`)).status).toBe(204);
    model.conversations[this.#name] = { turns: [], deleted: true };
    for (const [key, { said }] of model.keys) {
      if (said.conversation === this.#name) model.keys.delete(key);
    }
    await agree(model, service);
  }
}

/**
 * As when a holder was silent for so long that its name was free for others.
 *
 * @returns whether there was a holder, who must not commit any more
 */
async function rob(service: TestService, conversation: string): Promise<boolean> {
  await new Promise((resolve) => setTimeout(resolve, 15));
  const [, robbed] = await service.query<number>(
    `UPDATE lease SET token = gen_random_uuid(), expires_at = '-infinity'
     WHERE name = $1 AND expires_at > now()`,
    [`conversation ${conversation}`],
  );
  return robbed === 1;
}

async function agree(model: Model, service: TestService): Promise<void> {
  const rows = await service.query<{ id: string; number: number; said: string }>(
    `SELECT conversation_id AS id, turn_number AS number, user_message AS said
     FROM conversation_turn WHERE conversation_id LIKE $1 ORDER BY 1, 2`,
    [`${model.run}-%`],
  );
  const expected = Object.entries(model.conversations).flatMap(([name, { turns }]) =>
    turns.map((said, n) => ({ id: idOf(model, name), number: n + 1, said })),
  );
  expect(rows).toEqual(expected);
  const [ledger] = await service.query<{ calls: number; keys: number }>(
    `SELECT (SELECT count(*)::int FROM ledger_entry WHERE conversation_id LIKE $1) AS calls,
       (SELECT count(*)::int FROM idempotency_record WHERE key LIKE $1) AS keys`,
    [`${model.run}-%`],
  );
  expect(ledger).toEqual({ calls: model.calls, keys: model.keys.size });
}

const said = fc.record<Said>({
  conversation: fc.constantFrom('a', 'a', 'b'),
  message: fc.constantFrom('x', 'x', 'y', 'fail!'),
  key: fc.constantFrom(undefined, 'k1', 'k2'),
});
const commands = [
  fc
    .tuple(
      fc.array(said, { minLength: 1, maxLength: 5 }),
      fc.constantFrom(undefined, undefined, 'a' as const, 'b' as const),
    )
    .map(([all, robbed]) => new Say(all, robbed)),
  fc.constantFrom('a' as const, 'b' as const).map((name) => new Delete(name)),
];

let service: TestService;
let runs = 0;

beforeAll(async () => {
  service = await TestService.start({}, { latencyMs: 30 });
  service.provider.setFault({ kind: 'status', status: 500, marker: 'fail!' });
});
afterAll(() => service.stop());

it('turns and repeated requests are stored as a model of them says, in any order of events', async () => {
  await fc.assert(
    fc.asyncProperty(fc.commands(commands, { maxCommands: 8 }), async (events) => {
      const model: Model = {
        run: `run${++runs}`,
        conversations: { a: { turns: [], deleted: false }, b: { turns: [], deleted: false } },
        keys: new Map(),
        calls: 0,
      };
      await fc.asyncModelRun(() => ({ model, real: service }), events);
    }),
    { numRuns: 30, endOnFailure: true },
  );
}, 120_000);
