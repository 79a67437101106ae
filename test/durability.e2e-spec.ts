import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startFakeProvider, type FakeProvider } from '../demo/fake-provider/index.ts';
import type { ConversationDetail } from '../src/conversation/conversation.schema.js';
import type { UsageReport } from '../src/ledger/usage/usage.schema.js';
import { freshDatabase, queryAtRest, type TestDatabase } from './support/database.js';
import { ServiceProcess } from './support/service-process.js';

const ROUNDS = 3;
const CLIENTS = 16;

describe('kill -9 under load', () => {
  let provider: FakeProvider;
  let database: TestDatabase;
  let env: Record<string, string>;

  beforeAll(async () => {
    provider = await startFakeProvider({ seed: 1, latencyMs: 5 });
    database = await freshDatabase();
    env = { ...database.env, ANTHROPIC_API_KEY: 'test-key', ANTHROPIC_BASE_URL: provider.url };
  });
  afterEach(() => ServiceProcess.killAll());
  afterAll(async () => {
    await provider.close();
    await database.drop();
  });

  it('loses no call that was acknowledged', async () => {
    const acknowledged = new Set<string>();
    const turns = new Map<string, number>();
    for (let round = 0; round < ROUNDS; round++) {
      const service = await ServiceProcess.start(env);
      let running = true;
      const clients = Array.from({ length: CLIENTS }, async (_, client) => {
        const conversation_id = `conv_${client}`;
        for (let n = 0; running; n++) {
          const answer =
            n % 2 === 0
              ? await service.post('/chat', { message: `Call ${n}` }).catch(() => undefined)
              : await service
                  .post('/conversation', { conversation_id, message: `Turn ${n}` })
                  .catch(() => undefined);
          if (answer?.status !== 200) continue;
          acknowledged.add(String(answer.body.response_id));
          if (n % 2 === 1) turns.set(conversation_id, Number(answer.body.turn_count));
        }
      });
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      await service.end('SIGKILL');
      running = false;
      await Promise.all(clients);
    }

    const service = await ServiceProcess.start(env);
    const { body: usage } = await service.get<UsageReport>('/usage');
    for (const [id, acknowledgedTurns] of turns) {
      const { body } = await service.get<ConversationDetail>(`/conversation/${id}?limit=200`);
      expect(body.turn_count).toBeGreaterThanOrEqual(acknowledgedTurns);
      expect(body.turns.map(({ turn }) => turn)).toEqual(
        Array.from({ length: Math.min(body.turn_count, 200) }, (_, index) => index + 1),
      );
    }
    await service.end('SIGTERM');

    const rows = await queryAtRest<{ response_id: string }>(
      database,
      'SELECT response_id FROM ledger_entry WHERE response_id IS NOT NULL',
    );
    const found = new Set(rows.map((row) => row.response_id));
    const lost = [...acknowledged].filter((id) => !found.has(id));
    process.stdout.write(
      `kill -9 on ${database.kind}: ${acknowledged.size} acknowledged, ${lost.length} lost\n`,
    );
    expect(acknowledged.size).toBeGreaterThan(50);
    expect(lost).toEqual([]);
    expect(usage.total.calls).toBeGreaterThanOrEqual(acknowledged.size);
  }, 120_000);
});
