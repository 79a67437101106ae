import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { PostgresDataSourceOptions } from 'typeorm/driver/postgres/PostgresDataSourceOptions.js';
import { isConnectionLoss, reasonOf } from './database-errors.js';
import { migrate } from './migrate.js';

/** PostgreSQL did not answer at start. Names host and port, never the password. */
export class DatabaseUnreachableError extends Error {
  override readonly name = 'DatabaseUnreachableError';
}

/**
 * Connects and brings the schema up to date. A server that is still starting is waited for.
 *
 * @param options from {@link databaseOptions}.
 * @param patienceMs how long to go on trying.
 * @throws {DatabaseUnreachableError} when that time is over; any other fault is thrown at once.
 */
export async function openDatabase(
  options: PostgresDataSourceOptions,
  patienceMs = 30_000,
): Promise<DataSource> {
  const dataSource = await connect(options, patienceMs);
  try {
    await migrate(dataSource);
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
  return dataSource;
}

async function connect(
  options: PostgresDataSourceOptions,
  patienceMs: number,
): Promise<DataSource> {
  const logger = new Logger('Database');
  const deadline = performance.now() + patienceMs;
  for (let pauseMs = 250; ; pauseMs = Math.min(pauseMs * 2, 4_000)) {
    try {
      return await new DataSource(options).initialize();
    } catch (error) {
      // Waiting mends a server that is starting, not an embedded database.
      if (!options.url || !isConnectionLoss(error)) throw error;
      const problem = `PostgreSQL at ${placeOf(options)} does not answer: ${reasonOf(error)}`;
      const leftMs = deadline - performance.now();
      if (leftMs <= 0) {
        throw new DatabaseUnreachableError(
          `${problem}. Tried for ${patienceMs / 1000} s; check DATABASE_URL and that the server runs.`,
          { cause: error },
        );
      }
      logger.warn(`${problem}; trying again`);
      await sleep(Math.min(pauseMs, leftMs));
    }
  }
}

function placeOf(options: PostgresDataSourceOptions): string {
  if (!options.url || !URL.canParse(options.url)) return 'the address in DATABASE_URL';
  const { hostname, port, searchParams } = new URL(options.url);
  return `${hostname || searchParams.get('host') || 'localhost'}:${port || 5432}`;
}
