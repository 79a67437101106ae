import type { DataSource } from 'typeorm';
import { databaseOptions } from '../database-options.js';
import type { DatabaseKind, DatabaseSettings } from '../database-settings.js';
import { openDatabase } from '../open-database.js';

const url = process.env['TEST_DATABASE_URL'];

/** The databases that a spec can run on: always the embedded one, and PostgreSQL by `TEST_DATABASE_URL`. */
export const kinds: DatabaseKind[] = url ? ['embedded', 'postgres'] : ['embedded'];

/** An empty database: embedded in memory, or whatever `TEST_DATABASE_URL` names. */
export function openTestDatabase(
  kind: DatabaseKind,
  settings: Partial<DatabaseSettings> = {},
): Promise<DataSource> {
  const place = kind === 'postgres' ? { url } : {};
  const options = databaseOptions({ dataDir: 'memory://', ...place, ...settings });
  return openDatabase({ ...options, migrations: [] });
}
