import { DataSource, type EntityManager } from 'typeorm';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { isUnavailable } from './database-errors.js';
import { databaseOptions } from './database-options.js';
import { DatabaseService } from './database.service.js';
import { complaint, done, FakePostgres } from './testing/fake-postgres.js';

const LIMIT_MS = 200;
let server: FakePostgres;
let database: DataSource;

beforeAll(async () => {
  server = await FakePostgres.start();
});
afterEach(async () => {
  server.mend();
  server.cut();
  if (database.isInitialized) await database.destroy();
});
afterAll(() => server.stop());

/** One connection, and little patience. */
async function open(): Promise<void> {
  const settings = { url: server.url, dataDir: 'unused', poolSize: 1, connectTimeoutMs: LIMIT_MS };
  const options = databaseOptions(settings);
  const extra = { ...options.extra, query_timeout: LIMIT_MS };
  database = new DataSource({ ...options, migrations: [], extra });
  await database.initialize();
}

const ask = () => database.query('SELECT 1');
const transaction = (work: (tx: EntityManager) => Promise<unknown>) =>
  new DatabaseService(database).transaction(work);

function faultOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => 'none',
    (error: unknown) => error,
  );
}

async function isToldSo(work: Promise<unknown>): Promise<void> {
  const fault = await faultOf(work);
  expect(isUnavailable(fault), String(fault)).toBe(true);
}

/** The one connection is not left in a state that its next user would suffer from. */
async function goesOn(): Promise<void> {
  server.mend();
  const begun = performance.now();
  await ask();
  expect(performance.now() - begun).toBeLessThan(1_000);
}

it('frees the place of a session that ends in the middle of a statement', async () => {
  await open();
  server.answer = (socket) => socket.end(complaint('FATAL', '57P01'));
  await isToldSo(ask());
  await goesOn();
});

it('has nobody wait a second time for a server that is silent', async () => {
  await open();
  server.answer = (socket, statement, status) => {
    if (statement !== 'SELECT 1') socket.write(done(status));
  };
  const begun = performance.now();
  await isToldSo(transaction((tx) => tx.query('SELECT 1')));
  expect(performance.now() - begun).toBeLessThan(1.8 * LIMIT_MS);
});
