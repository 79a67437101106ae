import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The API key that a call was made with, beside whom and what else it belongs to. */
export class ApiKey1790000300000 implements MigrationInterface {
  readonly name = 'ApiKey1790000300000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE ledger_entry ADD api_key_id text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE ledger_entry DROP COLUMN api_key_id');
  }
}
