/** Writes to the embedded database in the folder of its argument until killed; prints what was acknowledged. */
import { databaseOptions } from '../database-options.js';
import { openDatabase } from '../open-database.js';

const options = databaseOptions({ dataDir: process.argv[2] ?? '' });
const database = await openDatabase({ ...options, migrations: [] });
await database.query('CREATE TABLE IF NOT EXISTS entry (id uuid PRIMARY KEY, cost bigint)');
process.stdout.write('open\n');

async function write(): Promise<never> {
  for (;;) {
    const ids = Array.from({ length: 5 }, () => crypto.randomUUID());
    await database.transaction(async (manager) => {
      await manager.query('INSERT INTO entry SELECT id, 1 FROM unnest($1::uuid[]) AS id', [ids]);
      await manager.query('UPDATE entry SET cost = cost + 1 WHERE id = $1', [ids[0]]);
    });
    process.stdout.write(ids.map((id) => `${id}\n`).join(''));
  }
}

await Promise.all([write(), write(), write()]);
