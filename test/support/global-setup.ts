import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { databaseOptions } from '../../src/database/index.js';
import { startPostgres } from './postgres-server.js';

/**
 * `TEST_DATABASE=postgres` runs the same suites on a real server, which is started here unless
 * `TEST_DATABASE_URL` names one.
 */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env.TEST_DATABASE !== 'postgres') return emptyDatabase();
  if (process.env.TEST_DATABASE_URL) return undefined;
  const server = await startPostgres();
  process.env.TEST_DATABASE_URL = server.url;
  return () => server.stop();
}

/** An embedded database in which nothing is yet, to be copied: to make one takes seconds of work. */
async function emptyDatabase(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'spanledger-empty-'));
  const source = new DataSource(databaseOptions({ dataDir: folder }));
  await source.initialize();
  await source.destroy();
  process.env.TEST_EMPTY_DATABASE = folder;
  return () => rm(folder, { recursive: true, force: true });
}
