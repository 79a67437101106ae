import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The search in earlier runs looks at the newest of its caller alone. Without one `user_id` is null,
 * which an index finds only by an expression.
 */
export class RunHistory1790000900000 implements MigrationInterface {
  readonly name = 'RunHistory1790000900000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX workflow_run_search');
    await runner.query(
      `CREATE INDEX workflow_run_caller ON workflow_run
         (coalesce(user_id, ''), coalesce(api_key_id, ''), started_at DESC)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX workflow_run_caller');
    await runner.query(
      `CREATE INDEX workflow_run_search ON workflow_run
         USING gin (to_tsvector('english', task || ' ' || coalesce(result, '')))`,
    );
  }
}
