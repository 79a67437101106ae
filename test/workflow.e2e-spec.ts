import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  workflowAnswer,
  workflowDetail,
  type WorkflowAnswer,
  type WorkflowDetail,
} from '../src/workflow/workflow.schema.js';
import { parseUsd } from '../src/genai/pricing/index.js';
import type { ProblemDocument } from '../src/http/index.js';
import { TestService } from './support/test-service.js';

describe('/workflow', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.stop());
  beforeEach(() => service.provider.clearFaults());

  const run = (body: object) => service.post<WorkflowAnswer>('/workflow', body);
  const read = (id: string) => service.get<WorkflowDetail>(`/workflow/${id}`);

  it('takes three steps: two model calls and a query', async () => {
    const { status, body } = await run({ task: 'Analyze the benefits of serverless architecture' });
    expect(status).toBe(200);
    expect(() => workflowAnswer.strict().parse(body)).not.toThrow();
    expect(body).toMatchObject({ llm_calls: 2, tool_calls: 1, workflow_type: 'task_processing' });
    expect(body.steps.map(({ name, kind, status: done }) => [name, kind, done])).toEqual([
      ['analyze', 'llm', 'completed'],
      ['database_query', 'tool', 'completed'],
      ['respond', 'llm', 'completed'],
    ]);
  });

  it('costs what its steps cost, by the ledger', async () => {
    const { body } = await run({ task: 'Compare queues and streams' });
    const steps = body.steps.flatMap(({ cost_usd }) =>
      cost_usd === null ? [] : [parseUsd(cost_usd)],
    );
    expect(steps).toHaveLength(2);
    expect(parseUsd(String(body.total_cost_usd))).toBe(steps.reduce((sum, cost) => sum + cost, 0n));
    const [row] = await service.query<{ total: string; steps: string[] }>(
      `SELECT sum(cost_total) AS total, array_agg(workflow_step ORDER BY id) AS steps
       FROM ledger_entry WHERE workflow_id = $1`,
      [body.workflow_id],
    );
    expect(row?.total).toBe(parseUsd(String(body.total_cost_usd)).toString());
    expect(row?.steps).toEqual(['analyze', 'respond']);
  });

  it('gives the larger model the analysis and the smaller one the answer', async () => {
    const before = service.provider.requests.length;
    await run({ task: 'Name three trees' });
    const [analyze, respond] = service.provider.requests
      .slice(before)
      .map(({ body }) => body as { model: string; messages: Array<{ content: string }> });
    expect(analyze?.model).toBe('claude-sonnet-5');
    expect(analyze?.messages[0]?.content).toContain('3 key points: Name three trees');
    expect(respond?.model).toBe('claude-haiku-4-5');
  });

  it('finds earlier runs of the same user, the best first, at most five', async () => {
    for (const task of [
      'Repair a bicycle chain',
      'Bake sourdough bread',
      'Oil a bicycle chain well',
    ]) {
      await run({ task, user_id: 'rider' });
    }
    await run({ task: 'Bicycle chain secrets', user_id: 'stranger' });
    const { body } = await run({ task: 'My bicycle chain squeaks', user_id: 'rider' });
    expect(body.steps[1]).toMatchObject({ name: 'database_query' });
    expect(body.steps[1]?.rows).toBeGreaterThanOrEqual(2);
    const sent = JSON.stringify(service.provider.requests.at(-1)?.body);
    expect(sent).toContain('Repair a bicycle chain');
    expect(sent).toContain('Oil a bicycle chain well');
    expect(sent).not.toContain('secrets');

    for (let n = 0; n < 6; n++) await run({ task: `Bicycle tyre number ${n}`, user_id: 'rider' });
    const many = await run({ task: 'bicycle', user_id: 'rider' });
    expect(many.body.steps[1]?.rows).toBe(5);
  });

  it('searches for words that mean nothing to a text search without failing', async () => {
    for (const task of [
      "'; DROP TABLE workflow_run; --",
      '& | ! ( ) <-> :*',
      'the of and',
      '日本語',
    ]) {
      expect((await run({ task })).status).toBe(200);
    }
  });

  it('gives each run of a burst its own id', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => run({ task: 'Same task' })));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(new Set(answers.map(({ body }) => body.workflow_id)).size).toBe(20);
    expect(new Set(answers.map(({ body }) => body.llm_calls))).toEqual(new Set([2]));
  });

  it('can be read again', async () => {
    const { body: answer } = await run({
      task: 'Write a haiku',
      user_id: 'ada',
      workflow_type: 'poetry',
      metadata: { mood: 'calm' },
    });
    const { status, body } = await read(answer.workflow_id);
    expect(status).toBe(200);
    expect(() => workflowDetail.strict().parse(body)).not.toThrow();
    expect(body).toMatchObject({
      status: 'completed',
      result: answer.result,
      task: 'Write a haiku',
      user_id: 'ada',
      workflow_type: 'poetry',
      metadata: { mood: 'calm' },
      total_cost_usd: answer.total_cost_usd,
      steps: answer.steps,
    });
  });

  it('that fails in its last step ends as failed, with what was spent', async () => {
    service.provider.setFault({ kind: 'status', status: 500, model: 'claude-haiku-4-5' });
    const answer = await service.post<ProblemDocument>('/workflow', { task: 'Fail late' });
    expect(answer.status).toBe(502);
    const { body } = await read(String(answer.body.workflow_id));
    expect(body.status).toBe('failed');
    expect(body.error).toContain('anthropic');
    expect(body.steps.map(({ name, status }) => [name, status])).toEqual([
      ['analyze', 'completed'],
      ['database_query', 'completed'],
      ['respond', 'failed'],
    ]);
    expect(parseUsd(String(body.total_cost_usd))).toBeGreaterThan(0n);
    expect(body.total_cost_usd).toBe(body.steps[0]?.cost_usd);
  });

  it('whose process died is shown as failed', async () => {
    await service.query(
      `INSERT INTO workflow_run (id, type, task, status, metadata, deadline)
       VALUES ('workflow_dead', 't', 'x', 'running', '{}', now() - interval '1 second')`,
    );
    expect((await read('workflow_dead')).body).toMatchObject({ status: 'failed' });
  });

  it('answers 404 for a run that is not there', async () => {
    expect((await read('workflow_none')).status).toBe(404);
  });
});

describe('DELETE /workflow/{id}', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.stop());

  it('waits for no run: one at work is refused, and deleted when it has ended', async () => {
    service.provider.setFault({ kind: 'slow', delayMs: 1_000, times: 1 });
    const running = service.post('/workflow', { task: 'Study the amaryllis' });
    const find = () =>
      service.query<{ id: string }>(`SELECT id FROM workflow_run WHERE status = 'running'`);
    await expect.poll(async () => (await find()).length, { timeout: 5_000 }).toBe(1);
    const [run] = await find();
    const path = `/workflow/${run?.id}`;
    expect((await service.delete(path)).status).toBe(409);
    expect((await running).status).toBe(200);
    expect((await service.delete(path)).status).toBe(204);
    expect((await service.get(path)).status).toBe(404);
    expect((await service.delete('/workflow/none')).status).toBe(404);
  });

  it('leaves nothing for later runs to find, and the money where it was', async () => {
    const { body } = await service.post<{ steps: Array<{ rows: number | null }> }>('/workflow', {
      task: 'More about the amaryllis',
    });
    expect(body.steps.map(({ rows }) => rows)).toEqual([null, 0, null]);
    const usage = await service.get<{ total: { calls: number } }>('/usage');
    expect(usage.body.total.calls).toBe(4);
  });
});
