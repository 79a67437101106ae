import { z } from 'zod';
import { identifier, metadata, money, promptText } from '../http/fields.js';

export const workflowRequest = z
  .strictObject({
    task: promptText.describe('What to work out'),
    workflow_type: z
      .string()
      .regex(/^[A-Za-z][\w.-]{0,63}$/, 'Must be 1 to 64 letters, digits, ".", "_" or "-"')
      .default('task_processing'),
    user_id: identifier.optional().describe('Earlier runs of the same user are consulted'),
    metadata: metadata.optional(),
  })
  .meta({ id: 'WorkflowRequest' });

export type WorkflowRequest = z.infer<typeof workflowRequest>;

const step = z.object({
  name: z.string(),
  kind: z.enum(['llm', 'tool']),
  status: z.enum(['completed', 'failed']),
  duration_ms: z.number(),
  rows: z.int().nullable().describe('Rows that a query found'),
  model: z.string().nullable(),
  cost: money.number,
  cost_usd: money.exact,
  cost_status: money.status.nullable(),
  input_tokens: z.int().nullable(),
  output_tokens: z.int().nullable(),
  response_id: z.string().nullable(),
});

export type StepAnswer = z.infer<typeof step>;

const run = {
  workflow_id: z.string(),
  workflow_type: z.string(),
  total_cost: money.number,
  total_cost_usd: money.exact,
  cost_status: money.status,
  llm_calls: z.int().describe('Calls in the ledger, failed ones too'),
  tool_calls: z.int(),
  steps: z.array(step),
  trace_id: z.string().nullable(),
};

export const workflowAnswer = z
  .object({ result: z.string(), ...run })
  .meta({ id: 'WorkflowAnswer' });

export type WorkflowAnswer = z.infer<typeof workflowAnswer>;

export const workflowParams = z.strictObject({ id: identifier });

export const workflowDetail = z
  .object({
    ...run,
    task: z.string(),
    status: z.enum(['running', 'completed', 'failed']),
    result: z.string().nullable(),
    error: z.string().nullable(),
    user_id: z.string().nullable(),
    metadata: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    input_tokens: z.int(),
    output_tokens: z.int(),
    started_at: z.iso.datetime(),
    ended_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Workflow' });

export type WorkflowDetail = z.infer<typeof workflowDetail>;
