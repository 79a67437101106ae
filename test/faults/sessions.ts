import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Every connection that the server gives, after those of the service were ended. */
export async function takeConnections(url: string): Promise<pg.Client[]> {
  const taken: pg.Client[] = [];
  const take = async (): Promise<boolean> => {
    try {
      taken.push(await connect(url));
      return true;
    } catch {
      return false;
    }
  };
  for (let round = 0; round < 3; round += 1) {
    while (await take());
    await taken[0]?.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE usename = current_user AND query NOT LIKE '%pg_stat_activity%'
         AND query <> '' AND pid <> pg_backend_pid()`,
    );
  }
  return taken;
}

/**
 * Ends sessions of the service: those that are between two statements of a transaction at once, for
 * nobody waits for an answer there, and now and then one that is wherever it is.
 */
export async function endSessions(url: string, milliseconds: number): Promise<void> {
  const client = await connect(url);
  const end = performance.now() + milliseconds;
  for (let round = 0; performance.now() < end; round += 1) {
    const which = round % 50 === 0 ? 'true' : `state = 'idle in transaction'`;
    await client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name = 'spanledger' AND ${which} ORDER BY random() LIMIT 1`,
    );
    await sleep(2);
  }
  await client.end();
}
