import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { currentScope } from '../genai/scope/index.js';
import type { WorkflowRequest } from './workflow.schema.js';

export interface NewStep {
  readonly workflowId: string;
  readonly position: number;
  readonly name: string;
  readonly kind: 'llm' | 'tool';
  readonly status: 'completed' | 'failed';
  readonly durationMs: number;
  readonly bookingKey?: string;
  readonly rowCount?: number;
}

/** Writes runs and their steps. */
@Injectable()
export class WorkflowStore {
  constructor(private readonly dataSource: DataSource) {}

  /** @param deadlineMs after this time a run without an end counts as failed */
  async start(
    id: string,
    body: WorkflowRequest,
    traceId: string | undefined,
    deadlineMs: number,
  ): Promise<void> {
    await this.dataSource.query(
      `INSERT INTO workflow_run (id, type, task, user_id, status, metadata, trace_id, deadline, api_key_id)
       VALUES ($1, $2, $3, $4, 'running', $5, $6, now() + $7 * interval '1 ms', $8)`,
      [
        id,
        body.workflow_type,
        body.task,
        body.user_id ?? null,
        JSON.stringify(body.metadata ?? {}),
        traceId ?? null,
        deadlineMs,
        currentScope().apiKeyId ?? null,
      ],
    );
  }

  async addStep(step: NewStep, manager: EntityManager = this.dataSource.manager): Promise<void> {
    await manager.query(
      `INSERT INTO workflow_step
         (workflow_id, position, name, kind, status, duration_ms, booking_key, row_count)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        step.workflowId,
        step.position,
        step.name,
        step.kind,
        step.status,
        step.durationMs,
        step.bookingKey ?? null,
        step.rowCount ?? null,
      ],
    );
  }

  async complete(id: string, result: string, manager: EntityManager): Promise<void> {
    await manager.query(
      `UPDATE workflow_run SET status = 'completed', result = $2, ended_at = now() WHERE id = $1`,
      [id, result],
    );
  }

  async fail(id: string, error: string): Promise<void> {
    await this.dataSource.query(
      `UPDATE workflow_run SET status = 'failed', error = $2, ended_at = now() WHERE id = $1`,
      [id, error],
    );
  }

  /** Removes the words for good, and says what it found. The ledger keeps the money. */
  async delete(
    transaction: EntityManager,
    id: string,
    owner: string | undefined,
  ): Promise<'deleted' | 'running' | 'none'> {
    const [row]: Array<{ deleted: boolean }> = await transaction.query(
      `WITH gone AS (
         UPDATE workflow_run
         SET deleted_at = now(), task = '', result = NULL, error = NULL, metadata = '{}'
         WHERE id = $1 AND deleted_at IS NULL AND ($2::text IS NULL OR api_key_id = $2)
           AND (status <> 'running' OR deadline < now())
         RETURNING id)
       SELECT EXISTS (SELECT FROM gone) AS deleted
       FROM workflow_run
       WHERE id = $1 AND deleted_at IS NULL AND ($2::text IS NULL OR api_key_id = $2)`,
      [id, owner ?? null],
    );
    if (!row) return 'none';
    return row.deleted ? 'deleted' : 'running';
  }
}
