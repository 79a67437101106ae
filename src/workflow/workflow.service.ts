import { randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AppConfig } from '../config/index.js';
import { DatabaseService } from '../database/index.js';
import {
  IdempotencyService,
  conflict,
  currentRequestTelemetry,
  notFound,
  toProblem,
  type AnswerSlot,
} from '../http/index.js';
import { LlmService, type AnsweredCall } from '../llm/index.js';
import { Workflow } from '../nest/index.js';
import { bookingKey } from '../ledger/index.js';
import { ANALYZE_TOKENS, RESPOND_TOKENS, analyzePrompt, respondPrompt } from './prompts.js';
import { RunHistory, type EarlierRun } from './run-history.js';
import { RunningStep } from './running-step.js';
import { WorkflowReader } from './workflow-reader.js';
import { WorkflowStore } from './workflow-store.js';
import type { WorkflowAnswer, WorkflowRequest } from './workflow.schema.js';

/** A run on its way. */
interface Run {
  readonly id: string;
  readonly body: WorkflowRequest;
  readonly signal: AbortSignal;
  readonly slot: AnswerSlot | undefined;
  /** The step that runs now, so that a failure is recorded where it happened. */
  step: RunningStep;
}

/** Three steps: a model analyses the task, earlier runs are searched, a model responds. */
@Injectable()
export class WorkflowService {
  readonly #logger = new Logger('Workflow');

  constructor(
    private readonly config: AppConfig,
    private readonly llm: LlmService,
    private readonly history: RunHistory,
    private readonly store: WorkflowStore,
    private readonly reader: WorkflowReader,
    private readonly idempotency: IdempotencyService,
    private readonly database: DatabaseService,
  ) {}

  /** @throws {Problem} 404 when there is no such run, 409 while it is at work */
  async delete(id: string, owner: string | undefined): Promise<void> {
    // Both or nothing: a second try would find no run, and leave the stored answers of the first.
    const found = await this.database.transaction(async (tx) => {
      const what = await this.store.delete(tx, id, owner);
      if (what === 'deleted') await this.idempotency.forget(tx, 'POST /workflow', id);
      return what;
    });
    if (found === 'none') throw notFound('There is no workflow run with this id.');
    if (found === 'running') {
      throw conflict('workflow-running', 'This run is still at work. Delete it when it has ended.');
    }
    await this.database.scrub('workflow_run', 'idempotency_record');
  }

  /** @throws {Problem} of the step that failed, with the `workflow_id` under which it is kept */
  async run(
    body: WorkflowRequest,
    signal: AbortSignal,
    slot: AnswerSlot | undefined,
  ): Promise<WorkflowAnswer> {
    // A missing key is told before anything is written.
    const { defaultModel, smallModel } = this.config.llm;
    this.llm.requireProviders(defaultModel, smallModel);

    const id = `workflow_${randomUUID()}`;
    const telemetry = currentRequestTelemetry();
    telemetry?.note({ workflow_id: id });
    await this.store.start(id, body, telemetry?.traceId, 3 * this.config.llm.timeoutMs);
    const run: Run = { id, body, signal, slot, step: new RunningStep('analyze', 'llm', 1) };
    return this.takeSteps(run);
  }

  @Workflow(({ id, body }: Run) => ({ id, type: body.workflow_type, userId: body.user_id }))
  protected async takeSteps(run: Run): Promise<WorkflowAnswer> {
    try {
      const analysis = await this.#analyze(run);
      const earlier = await this.#queryDatabase(run, analysis);
      return await this.#respond(run, analysis, earlier);
    } catch (error) {
      throw await this.#fail(run, error);
    }
  }

  #analyze(run: Run): Promise<string> {
    return this.llm.callWith(
      {
        model: this.config.llm.defaultModel,
        messages: [{ role: 'user', content: analyzePrompt(run.body.task) }],
        maxTokens: ANALYZE_TOKENS,
      },
      { signal: run.signal, step: run.step.name },
      async (transaction, call) => {
        await this.#stepDone(run, transaction, call);
        return call.answer.text;
      },
    );
  }

  async #queryDatabase(run: Run, analysis: string): Promise<EarlierRun[]> {
    run.step = new RunningStep('database_query', 'tool', 2);
    const rows = await this.history.search(`${run.body.task} ${analysis}`, run.body.user_id);
    await this.store.addStep(run.step.completed(run.id, { rowCount: rows.length }));
    return rows;
  }

  /** The run's end and its answer are committed with the entry of its last call. */
  #respond(run: Run, analysis: string, earlier: readonly EarlierRun[]): Promise<WorkflowAnswer> {
    run.step = new RunningStep('respond', 'llm', 3);
    return this.llm.callWith(
      {
        model: this.config.llm.smallModel,
        messages: [{ role: 'user', content: respondPrompt(run.body.task, analysis, earlier) }],
        maxTokens: RESPOND_TOKENS,
      },
      { signal: run.signal, step: run.step.name },
      async (transaction, call) => {
        await this.#stepDone(run, transaction, call);
        await this.store.complete(run.id, call.answer.text, transaction);
        const answer = await this.#answer(run.id, call.answer.text, transaction);
        await run.slot?.store(transaction, answer);
        return answer;
      },
    );
  }

  async #stepDone(run: Run, transaction: EntityManager, { entry }: AnsweredCall): Promise<void> {
    const step = run.step.completed(run.id, { bookingKey: bookingKey(entry) });
    await this.store.addStep(step, transaction);
  }

  async #answer(id: string, result: string, transaction: EntityManager): Promise<WorkflowAnswer> {
    const run = await this.reader.get(id, undefined, transaction);
    return {
      result,
      workflow_id: id,
      workflow_type: run.workflow_type,
      total_cost: run.total_cost,
      total_cost_usd: run.total_cost_usd,
      cost_status: run.cost_status,
      llm_calls: run.llm_calls,
      tool_calls: run.tool_calls,
      steps: run.steps,
      trace_id: run.trace_id,
    };
  }

  /** The caller hears of the step's failure, also when it could not be written down. */
  async #fail(run: Run, error: unknown): Promise<Error> {
    const problem = toProblem(error);
    try {
      await this.store.addStep(run.step.failed(run.id));
      await this.store.fail(run.id, problem.message);
    } catch (failure) {
      this.#logger.error(`The failed run ${run.id} was not recorded: ${String(failure)}`);
    }
    return problem.with({ workflow_id: run.id });
  }
}
