import { z } from 'zod';
import { money } from '../http/fields.js';
import { OUT_OF_ORDER, callFilter, isInOrder } from '../ledger/index.js';

export const repricingRequest = z
  .strictObject({
    dry_run: z.boolean().default(true).describe('true only shows what would change'),
    ...callFilter,
    cost_status: z
      .array(z.enum(['priced', 'partial', 'unpriced', 'free']))
      .min(1)
      .optional()
      .describe('Only entries that stand so; ["unpriced"] for what had no price'),
    resume: z
      .string()
      .regex(/^reprice_[\w-]{36}$/, 'Must be the id of a re-pricing')
      .optional()
      .describe('Goes on with a re-pricing that is open; nothing else is given with it'),
  })
  .refine(isInOrder, OUT_OF_ORDER)
  .refine(
    ({ resume, dry_run: _, ...selection }) => !resume || Object.keys(selection).length === 0,
    {
      path: ['resume'],
      message: 'Must stand alone: the re-pricing has its selection already',
    },
  )
  .meta({ id: 'RepricingRequest' });

export type RepricingRequest = z.infer<typeof repricingRequest>;

const price = z.string().nullable().describe('Id of the price; null: none was known');

export const repricingAnswer = z
  .object({
    id: z.string().nullable().describe('null of a dry run'),
    status: z
      .enum(['dry_run', 'open', 'done'])
      .describe('open: more is to do, by {"resume": id}; what is done stays done'),
    prices: z.string().describe('Names the prices that were applied, as a whole'),
    entries: z.int().describe('Entries looked at'),
    adjusted: z.int().describe('Entries whose cost is another now'),
    kept: z.int().describe('Entries that keep a cost whose price is not known any more'),
    old_usd: money.signed,
    new_usd: money.signed,
    difference_usd: money.signed,
    changes: z.array(
      z.object({
        model: z.string(),
        old_price: price,
        new_price: price,
        entries: z.int(),
        old_usd: money.signed,
        new_usd: money.signed,
      }),
    ),
    biggest: z.array(
      z.object({
        entry_id: z.string(),
        model: z.string(),
        started_at: z.iso.datetime(),
        old_usd: money.exact,
        new_usd: money.exact,
      }),
    ),
  })
  .meta({ id: 'Repricing' });

export type RepricingAnswer = z.infer<typeof repricingAnswer>;
