import {
  type DynamicModule,
  type InjectionToken,
  Module,
  type ModuleMetadata,
} from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { PostgresDataSourceOptions } from 'typeorm/driver/postgres/PostgresDataSourceOptions.js';
import { databaseOptions } from './database-options.js';
import type { DatabaseSettings } from './database-settings.js';
import { DatabaseService } from './database.service.js';
import { openDatabase } from './open-database.js';

/** Settings that other providers know. */
export interface DatabaseModuleAsyncOptions extends Pick<ModuleMetadata, 'imports'> {
  readonly inject?: InjectionToken[];
  readonly useFactory: (...args: never[]) => DatabaseSettings | Promise<DatabaseSettings>;
}

/**
 * The database for the whole application: TypeORM's `DataSource` and repositories, and
 * {@link DatabaseService}. Connects at start (see {@link openDatabase}), runs the migrations, and
 * closes after every other module has shut down.
 *
 * Entities are those of `TypeOrmModule.forFeature([...])`.
 *
 * @example
 * ```ts
 * DatabaseModule.forRoot({ url: config.databaseUrl, dataDir: config.dataDir });
 * ```
 */
@Module({})
export class DatabaseModule {
  static forRoot(settings: DatabaseSettings): DynamicModule {
    return DatabaseModule.forRootAsync({ useFactory: () => settings });
  }

  static forRootAsync({ imports, inject, useFactory }: DatabaseModuleAsyncOptions): DynamicModule {
    return {
      module: DatabaseModule,
      global: true,
      imports: [
        TypeOrmModule.forRootAsync({
          imports,
          inject,
          useFactory: async (...args: unknown[]) => ({
            ...databaseOptions(await useFactory(...(args as never[]))),
            autoLoadEntities: true,
            // openDatabase() knows which faults are worth another try.
            toRetry: () => false,
          }),
          dataSourceFactory: (options) => openDatabase(options as PostgresDataSourceOptions),
        }),
      ],
      providers: [DatabaseService],
      exports: [DatabaseService],
    };
  }
}
