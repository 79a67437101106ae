import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What a stored answer tells of, beside it: whoever deletes that finds its answers by an index, and
 * reads none of those of others.
 */
export class AnswerSubject1790001000000 implements MigrationInterface {
  name = 'AnswerSubject1790001000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE idempotency_record DROP COLUMN subject');
  }
}

const UP = [
  'ALTER TABLE idempotency_record ADD subject text',
  String.raw`UPDATE idempotency_record
     SET subject = substring(answer from '"(?:conversation|workflow)_id":"([^"\\]+)"')
     WHERE route IN ('POST /conversation', 'POST /workflow')`,
  'CREATE INDEX idempotency_record_subject ON idempotency_record (subject)',
];
