import type { DataSource } from 'typeorm';
import type { PostgresDataSourceOptions } from 'typeorm/driver/postgres/PostgresDataSourceOptions.js';
import type { DatabaseKind } from './database-settings.js';

/** The options of a data source made by `databaseOptions()`: TypeORM's own type allows every dialect. */
export function optionsOf({ options }: DataSource): PostgresDataSourceOptions {
  return options as PostgresDataSourceOptions;
}

export function kindOf(dataSource: DataSource): DatabaseKind {
  return optionsOf(dataSource).url ? 'postgres' : 'embedded';
}
