import { z } from 'zod';
import { instant, isStorable, money } from '../../http/fields.js';
import { BUCKETS, DIMENSIONS, FILTERS, type Dimension } from './dimensions.js';

const names = Object.keys(DIMENSIONS) as [Dimension, ...Dimension[]];

const one = z
  .string()
  .min(1)
  .max(512)
  .refine(isStorable, 'Must be valid Unicode without NUL characters');
/** One value, or several by repeating the parameter. */
const several = z
  .union([one, z.array(one).max(100)])
  .transform((value) => (typeof value === 'string' ? [value] : value))
  .optional()
  .describe('Only these calls: one value, or several');

const filters = Object.fromEntries(FILTERS.map((name) => [name, several])) as Record<
  (typeof FILTERS)[number],
  typeof several
>;

/** The calls that an answer about money is about. */
export const callFilter = {
  ...filters,
  from: instant.optional().describe('First moment counted, ISO 8601; a day begins at 0:00 UTC'),
  to: instant.optional().describe('First moment not counted any more'),
};

/** For schemas with a `callFilter`. */
export const isInOrder = ({ from, to }: { from?: Date; to?: Date }): boolean =>
  !from || !to || from < to;

export const OUT_OF_ORDER = { path: ['to'], message: 'Must be later than from' };

export const usageQuery = z
  .strictObject({
    group_by: z
      .union([z.string(), z.array(z.string())])
      .default('model')
      .transform((value) => [value].flat().flatMap((part) => part.split(',')))
      .pipe(
        z
          .array(z.enum(names))
          .min(1)
          .max(2, 'Must be at most two')
          .refine((list) => new Set(list).size === list.length, 'Must not name one twice'),
      )
      .describe(`One dimension, or two: model,user. There are ${names.join(', ')}`),
    bucket: z.enum(BUCKETS).optional().describe('Cuts each group into times, in UTC'),
    ...callFilter,
    limit: z.coerce.number().int().min(1).max(10_000).optional().describe('100; of CSV 10000'),
    cursor: z
      .string()
      .regex(/^\d{1,9}$/, 'Must be the next_cursor of an answer')
      .optional()
      .describe('The next_cursor of an answer'),
  })
  .refine(isInOrder, OUT_OF_ORDER);

export type UsageQuery = z.infer<typeof usageQuery>;

/** The query as callers write it. */
export type UsageInput = z.input<typeof usageQuery>;

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
  estimated_calls: z.int().describe('Calls, partial as well, whose tokens are estimated'),
  failed_calls: z.int(),
};

export const usageReport = z
  .object({
    group_by: z.array(z.enum(names)),
    bucket: z.enum(BUCKETS).nullable(),
    from: z.iso.datetime().nullable(),
    to: z.iso.datetime().nullable(),
    total: z.object(totalsFields).describe('Of all groups, on this page or not'),
    groups: z
      .array(
        z.object({
          bucket: z.iso.datetime().nullable().describe('When the time begins'),
          keys: z
            .partialRecord(z.enum(names), z.string().nullable())
            .describe('null: calls without this dimension'),
          ...totalsFields,
        }),
      )
      .describe('By time, then the dearest first'),
    next_cursor: z.string().nullable(),
  })
  .meta({ id: 'UsageReport' });

export type UsageReport = z.infer<typeof usageReport>;
