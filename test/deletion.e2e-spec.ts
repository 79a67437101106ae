import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startFakeProvider, type FakeProvider } from '../demo/fake-provider/index.ts';
import { freshDatabase, type TestDatabase } from './support/database.js';
import { ServiceProcess } from './support/service-process.js';
import { TestService } from './support/test-service.js';

describe('what was deleted', () => {
  let provider: FakeProvider;
  let database: TestDatabase;

  beforeAll(async () => {
    provider = await startFakeProvider({ seed: 1 });
    database = await freshDatabase();
  });
  afterEach(() => ServiceProcess.killAll());
  afterAll(async () => {
    await provider.close();
    await database.drop();
  });

  /** Files of the embedded database that hold a word. */
  const filesWith = (word: string) =>
    readdirSync(database.env.DATA_DIR, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((file) => readFileSync(file).includes(word));

  it.skipIf(process.env.TEST_DATABASE === 'postgres')(
    'is in no file of the embedded database any more, its stored answers neither',
    async () => {
      const service = await ServiceProcess.start({
        ...database.env,
        ANTHROPIC_API_KEY: 'test-key',
        ANTHROPIC_BASE_URL: provider.url,
      });
      const headers = { 'idempotency-key': 'k' };
      const said = { conversation_id: 'c', message: 'amaryllis', system: 'You love amaryllis' };
      await service.post('/conversation', said, { headers });
      const task = { task: 'Study the hippeastrum', metadata: { about: 'hippeastrum' } };
      const { body } = await service.post('/workflow', task, { headers });
      expect(filesWith('amaryllis')).not.toEqual([]);

      const run = `/workflow/${String(body['workflow_id'])}`;
      expect((await service.delete('/conversation/c')).status).toBe(204);
      expect((await service.delete(run)).status).toBe(204);
      expect(filesWith('amaryllis')).toEqual([]);
      // An index has words by their stems.
      expect([...filesWith('hippeastrum'), ...filesWith('hippeastr')]).toEqual([]);

      expect((await service.delete(run)).status).toBe(404);
      expect((await service.get(run)).status).toBe(404);
      const usage = await service.get<{ total: { calls: number } }>('/usage');
      expect(usage.body.total.calls).toBe(3);
      await service.end('SIGTERM');
      expect([...filesWith('amaryllis'), ...filesWith('hippeastr')]).toEqual([]);
    },
  );

  it('is deleted with its stored answers, or not at all', async () => {
    const service = await TestService.start();
    const headers = { 'idempotency-key': 'k' };
    await service.post('/conversation', { conversation_id: 'c', message: 'Hello' }, { headers });
    const { body } = await service.post('/workflow', { task: 'Study' }, { headers });
    const paths = ['/conversation/c', `/workflow/${String(body['workflow_id'])}`];

    // The second of the two fails, as it would by a connection that is lost.
    await service.query('ALTER TABLE idempotency_record RENAME TO away');
    for (const path of paths) expect((await service.delete(path)).status).toBe(500);
    await service.query('ALTER TABLE away RENAME TO idempotency_record');

    for (const path of paths) expect((await service.delete(path)).status).toBe(204);
    expect(await service.query('SELECT * FROM idempotency_record')).toEqual([]);
    await service.stop();
  });
});
