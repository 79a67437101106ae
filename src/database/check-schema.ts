import type { DataSource } from 'typeorm';

/**
 * The statements TypeORM would still need to make the database equal to the entities: none, when
 * migrations and entities agree. Nothing is changed.
 */
export async function checkSchema(dataSource: DataSource): Promise<string[]> {
  const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
  return upQueries.map(({ query }) => query);
}
