import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { CostStatus } from '../genai/pricing/index.js';
import { notFound } from '../http/index.js';
import { moneyPair, readTotals } from '../ledger/index.js';
import type { StepAnswer, WorkflowDetail } from './workflow.schema.js';

/** Reads runs: totals are sums over the ledger, steps are rows. */
@Injectable()
export class WorkflowReader {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * @param owner the API key that is held to its own
   * @throws {Problem} 404
   */
  async get(
    id: string,
    owner: string | undefined,
    manager: EntityManager = this.dataSource.manager,
  ): Promise<WorkflowDetail> {
    const [run]: RunRow[] = await manager.query(
      `SELECT *, status = 'running' AND deadline < now() AS died FROM workflow_run
       WHERE id = $1 AND deleted_at IS NULL AND ($2::text IS NULL OR api_key_id = $2)`,
      [id, owner ?? null],
    );
    if (!run) throw notFound('There is no workflow run with this id.');
    const steps: StepRow[] = await manager.query(
      `SELECT step.*, entry.cost_total, entry.cost_status, entry.response_id,
              coalesce(entry.response_model, entry.request_model) AS model,
              entry.input_tokens + entry.cache_read_tokens + entry.cache_write_5m_tokens
                + entry.cache_write_1h_tokens AS input_tokens,
              entry.output_tokens + entry.reasoning_tokens AS output_tokens
       FROM workflow_step AS step LEFT JOIN ledger_current AS entry USING (booking_key)
       WHERE step.workflow_id = $1 ORDER BY step.position`,
      [id],
    );
    const totals = await readTotals(manager, { workflowId: id });
    const { usd, number } = moneyPair(totals.cost);
    return {
      workflow_id: run.id,
      workflow_type: run.type,
      task: run.task,
      status: run.died ? 'failed' : run.status,
      result: run.result,
      error: run.died ? 'The run was interrupted: its process ended.' : run.error,
      user_id: run.user_id,
      metadata: run.metadata,
      total_cost: number,
      total_cost_usd: usd,
      cost_status: totals.costStatus,
      llm_calls: totals.calls,
      tool_calls: steps.filter((step) => step.kind === 'tool').length,
      input_tokens: totals.inputTokens,
      output_tokens: totals.outputTokens,
      steps: steps.map(stepAnswer),
      trace_id: run.trace_id,
      started_at: run.started_at.toISOString(),
      ended_at: run.ended_at?.toISOString() ?? null,
    };
  }
}

interface RunRow {
  readonly id: string;
  readonly type: string;
  readonly task: string;
  readonly status: WorkflowDetail['status'];
  readonly died: boolean;
  readonly result: string | null;
  readonly error: string | null;
  readonly user_id: string | null;
  readonly metadata: WorkflowDetail['metadata'];
  readonly trace_id: string | null;
  readonly started_at: Date;
  readonly ended_at: Date | null;
}

interface StepRow {
  readonly name: string;
  readonly kind: StepAnswer['kind'];
  readonly status: StepAnswer['status'];
  readonly duration_ms: number;
  readonly row_count: number | null;
  readonly model: string | null;
  readonly cost_total: string | null;
  readonly cost_status: CostStatus | null;
  readonly input_tokens: string | null;
  readonly output_tokens: string | null;
  readonly response_id: string | null;
}

function stepAnswer(row: StepRow): StepAnswer {
  const { usd, number } = moneyPair(row.cost_total === null ? null : BigInt(row.cost_total));
  return {
    name: row.name,
    kind: row.kind,
    status: row.status,
    duration_ms: row.duration_ms,
    rows: row.row_count,
    model: row.model,
    cost: number,
    cost_usd: usd,
    cost_status: row.cost_status,
    input_tokens: row.input_tokens === null ? null : Number(row.input_tokens),
    output_tokens: row.output_tokens === null ? null : Number(row.output_tokens),
    response_id: row.response_id,
  };
}
