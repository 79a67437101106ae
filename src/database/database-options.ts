import { Logger } from '@nestjs/common';
import { defaults, type PoolConfig } from 'pg';
import type { PostgresDataSourceOptions } from 'typeorm/driver/postgres/PostgresDataSourceOptions.js';
import type { DatabaseSettings } from './database-settings.js';
import { LeasedPool } from './leased-pool.js';
import { migrations } from './migrations/index.js';
import { pgliteDriver } from './pglite-driver.js';
import { TypeOrmLogger } from './typeorm-logger.js';

const logger = new Logger('Database');

/** TypeORM's options for either kind of database. Entities are the caller's to add. */
export function databaseOptions(settings: DatabaseSettings): PostgresDataSourceOptions {
  return {
    type: 'postgres',
    ...(settings.url ? serverOptions(settings, settings.url) : embeddedOptions(settings)),
    synchronize: false,
    // Run by openDatabase(), under a lock.
    migrationsRun: false,
    migrations,
    migrationsTableName: 'migrations',
    // Identifiers are made by us: nothing needs an extension.
    installExtensions: false,
    parseInt8: false,
    // Of connections that nobody was using: a failed statement tells its caller.
    poolErrorHandler: (error: Error) => logger.warn(`Lost a database connection: ${error.message}`),
    logger: new TypeOrmLogger(),
    maxQueryExecutionTime: 1_000,
  };
}

function embeddedOptions(settings: DatabaseSettings) {
  const { dataDir, idleInTransactionTimeoutMs = 30_000 } = settings;
  return { driver: pgliteDriver({ dataDir, idleLimitMs: idleInTransactionTimeoutMs }) };
}

function serverOptions(settings: DatabaseSettings, url: string) {
  const { poolSize = 10, connectTimeoutMs = 5_000, statementTimeoutMs = 30_000 } = settings;
  const { idleInTransactionTimeoutMs = 30_000 } = settings;
  return {
    url,
    driver: { Pool: LeasedPool, defaults },
    applicationName: 'spanledger',
    poolSize,
    connectTimeoutMS: connectTimeoutMs,
    extra: {
      statement_timeout: statementTimeoutMs,
      // The server's limit does not reach us through a dead network.
      query_timeout: statementTimeoutMs + 5_000,
      idle_in_transaction_session_timeout: idleInTransactionTimeoutMs,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
    } satisfies PoolConfig,
  };
}
