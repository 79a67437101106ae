import { DataSource, MigrationExecutor } from 'typeorm';
import { kindOf, optionsOf } from './database-kind.js';

/** Any fixed number: the same for every version of the service, and for nothing else. */
const MIGRATION_LOCK = 7_726_533_401;

/**
 * Runs the migrations that are still missing, in one transaction. Processes that start together
 * take turns by an advisory lock, so that each migration runs once.
 */
export async function migrate(dataSource: DataSource): Promise<void> {
  // The folder's lock has already kept other processes out.
  if (kindOf(dataSource) === 'embedded') {
    await new MigrationExecutor(dataSource).executePendingMigrations();
    return;
  }
  const patient = await patientTwin(dataSource).initialize();
  try {
    const runner = patient.createQueryRunner();
    await runner.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await new MigrationExecutor(patient, runner).executePendingMigrations();
  } finally {
    // Ends the connection and with it the lock.
    await patient.destroy();
  }
}

/** One connection without the time limits of everyday statements: an index on a full ledger takes minutes. */
function patientTwin(dataSource: DataSource): DataSource {
  const options = optionsOf(dataSource);
  const limits = { statement_timeout: 0, query_timeout: 0, lock_timeout: 600_000 };
  return new DataSource({
    ...options,
    entities: [],
    poolSize: 1,
    extra: { ...options.extra, ...limits },
  });
}
