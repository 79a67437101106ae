import { startPostgres } from './postgres-server.js';

/**
 * `TEST_DATABASE=postgres` runs the same suites on a real server, which is started here unless
 * `TEST_DATABASE_URL` names one.
 */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env.TEST_DATABASE !== 'postgres' || process.env.TEST_DATABASE_URL) return undefined;
  const server = await startPostgres();
  process.env.TEST_DATABASE_URL = server.url;
  return () => server.stop();
}
