import { z } from 'zod';
import { instant, money } from '../../http/fields.js';

/** What usage can be grouped by, and the ledger's expression for it. */
export const DIMENSIONS = {
  model: 'coalesce(response_model, request_model)',
  provider: 'provider',
  user: 'user_id',
  workflow_type: 'workflow_type',
  conversation: 'conversation_id',
  agent: 'agent_name',
  day: `to_char(started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')`,
} as const;

export type Dimension = keyof typeof DIMENSIONS;

export const usageQuery = z
  .strictObject({
    group_by: z.enum(Object.keys(DIMENSIONS) as [Dimension, ...Dimension[]]).default('model'),
    from: instant.optional().describe('First moment counted, ISO 8601; a day begins at 0:00 UTC'),
    to: instant.optional().describe('First moment not counted any more'),
  })
  .refine(({ from, to }) => !from || !to || from < to, {
    path: ['to'],
    message: 'Must be later than from',
  })
  .meta({ id: 'UsageQuery' });

export type UsageQuery = z.infer<typeof usageQuery>;

/** Totals as answers carry them. */
export const totalsFields = {
  calls: z.int(),
  cost: money.number,
  cost_usd: money.exact,
  cost_status: money.status,
  input_tokens: z.int().describe('All input, cached or not'),
  output_tokens: z.int().describe('All output, thinking included'),
  cache_read_tokens: z.int().describe('Part of input_tokens'),
  cache_write_tokens: z.int().describe('Part of input_tokens'),
  unpriced_calls: z.int().describe('Calls whose cost is unknown; they are not in cost'),
  partial_calls: z.int().describe('Calls whose cost is known in part; that part is in cost'),
  failed_calls: z.int(),
};

export const usageReport = z
  .object({
    group_by: z.string(),
    from: z.iso.datetime().nullable(),
    to: z.iso.datetime().nullable(),
    total: z.object(totalsFields),
    groups: z.array(
      z.object({
        key: z.string().nullable().describe('null: calls without this dimension'),
        ...totalsFields,
      }),
    ),
  })
  .meta({ id: 'UsageReport' });

export type UsageReport = z.infer<typeof usageReport>;
