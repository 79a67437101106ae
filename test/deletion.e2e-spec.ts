import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startFakeProvider, type FakeProvider } from '../demo/fake-provider/index.ts';
import { freshDatabase, type TestDatabase } from './support/database.js';
import { ServiceProcess } from './support/service-process.js';

describe('a deleted conversation', () => {
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

  // A row that is deleted stays in the database's files until they are vacuumed and overwritten.
  it.skipIf(process.env.TEST_DATABASE === 'postgres')(
    "may leave words in the embedded database's log and pages, and in no other file",
    async () => {
      const service = await ServiceProcess.start({
        ...database.env,
        ANTHROPIC_API_KEY: 'test-key',
        ANTHROPIC_BASE_URL: provider.url,
      });
      await service.post('/conversation', { conversation_id: 'c', message: 'amaryllis' });
      await service.delete('/conversation/c');
      await service.end('SIGTERM');
      const dir = database.env.DATA_DIR;
      const files = readdirSync(dir, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .filter((file) => readFileSync(file).includes('amaryllis'));
      const elsewhere = files
        .map((file) => file.slice(dir.length))
        .filter((file) => !/^\/pglite\/(?:pg_wal|base)\//.test(file));
      expect(elsewhere).toEqual([]);
    },
  );
});
