import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Runs whose words were deleted. */
export class WorkflowDeletion1790000700000 implements MigrationInterface {
  readonly name = 'WorkflowDeletion1790000700000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE workflow_run ADD deleted_at timestamptz');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE workflow_run DROP COLUMN deleted_at');
  }
}
