import { Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { BudgetModule } from '../budget/index.js';
import { AppConfig, ConfigModule, loadConfig } from '../config/index.js';
import { DatabaseModule } from '../database/index.js';
import { LedgerModule } from '../ledger/index.js';
import { PricesModule } from '../prices/index.js';
import { Ledger } from './ledger.js';

export interface LedgerOptions {
  /** PostgreSQL; may be that of the service or of other processes. Default: an embedded database. */
  readonly databaseUrl?: string;
  /** Folder of the embedded database, which has one process at a time. Default: `./data`. */
  readonly dataDir?: string;
  /** Prices over those of the catalogue; see `PRICES_FILE` of the service. */
  readonly pricesFile?: string;
  /** Budgets that are in force from the start; see `BUDGETS_FILE` of the service. */
  readonly budgetsFile?: string;
}

/**
 * Opens a ledger in the application's own process: makes its tables or brings them up to date, and
 * books every call of a model that `spanledger/genai` sees from then on. Wait for it before the
 * first call, and `close` it last.
 *
 * It is an application context of its own within the process: it shares neither data source nor
 * providers with a Nest application around it.
 *
 * @throws {Error} when an option is wrong, or the database cannot be opened
 * @example
 * import { openLedger } from 'spanledger/ledger';
 * const ledger = await openLedger({ databaseUrl: process.env.DATABASE_URL });
 * await ledger.budgets.create({ scope: 'user', period: 'day', limit_usd: '2.50' });
 * const answer = await ledger.calls.run(
 *   { provider: 'anthropic', model: 'claude-sonnet-5', texts: [question], maxTokens: 1024 },
 *   () => client.messages.create(…),
 * );
 * @example In Nest, injectable by its class:
 * { provide: Ledger, useFactory: () => openLedger({ databaseUrl: process.env.DATABASE_URL }) }
 */
export async function openLedger(options: LedgerOptions = {}): Promise<Ledger> {
  const config = loadConfig({
    DATABASE_URL: options.databaseUrl,
    DATA_DIR: options.dataDir,
    PRICES_FILE: options.pricesFile,
    BUDGETS_FILE: options.budgetsFile,
  });
  const app = await NestFactory.createApplicationContext(StandaloneModule.forRoot(config), {
    logger: ['fatal', 'error', 'warn'],
    abortOnError: false,
  });
  return new Ledger(app);
}

@Module({})
class StandaloneModule {
  static forRoot(config: AppConfig): DynamicModule {
    return {
      module: StandaloneModule,
      imports: [
        ConfigModule.forRoot(config),
        DatabaseModule.forRoot(config.database),
        LedgerModule,
        BudgetModule,
        PricesModule,
      ],
    };
  }
}
