import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What streams add: when their first text came, and whether a turn's answer was cut. */
export class Streams1790000100000 implements MigrationInterface {
  readonly name = 'Streams1790000100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE ledger_entry ADD time_to_first_chunk_ms double precision');
    await runner.query('ALTER TABLE conversation_turn ADD cut_reason text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE conversation_turn DROP COLUMN cut_reason');
    await runner.query('ALTER TABLE ledger_entry DROP COLUMN time_to_first_chunk_ms');
  }
}
