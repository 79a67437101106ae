import { z } from 'zod';
import { overrideFaults, type PriceOverride } from '../genai/pricing/index.js';
import { instant, modelId } from '../http/fields.js';

const DECIMAL = 'USD per million tokens: a decimal string (exact) or a number';
const field = (description: string) => z.unknown().optional().describe(description);
const rates = {
  input: field(DECIMAL),
  output: field(DECIMAL),
  cache_read: field(DECIMAL),
  cache_write_5m: field(DECIMAL),
  cache_write_1h: field(DECIMAL),
  reasoning: field(DECIMAL),
};

/** The same as an entry of PRICES_FILE, and checked by the same rules. */
export const overrideRequest = z
  .looseObject({
    provider: field('Default: any provider'),
    model: field('A model id, or a pattern with * at its end'),
    effective_from: field('First moment: a date or an ISO time. Default: always'),
    effective_to: field('First moment after. Default: never'),
    ...rates,
    web_search: field('USD for one search'),
    tiers: field('Prices of calls above so many input tokens: [{"above": 200000, "input": …}]'),
    service_tiers: field('By tier, a factor: {"batch": {"multiplier": "0.5"}}'),
  })
  .superRefine((value, context) => {
    for (const { path, message } of overrideFaults(value)) {
      context.addIssue({ code: 'custom', path: [...path], message });
    }
  })
  // Checked just before.
  .transform((value) => value as unknown as PriceOverride)
  .meta({ id: 'PriceOverrideRequest' });

export const overrideParams = z.object({
  id: z.string().regex(/^price_[\w-]{1,64}$/, 'Must be the id of a price'),
});

const storedOverride = z.object({
  id: z.string(),
  price: z.record(z.string(), z.unknown()),
  created_at: z.iso.datetime(),
});

export const overrideAnswer = storedOverride.meta({ id: 'PriceOverride' });
export const overrideList = z
  .object({ overrides: z.array(storedOverride) })
  .meta({ id: 'PriceOverrideList' });

export type OverrideAnswer = z.infer<typeof overrideAnswer>;

export const pricesQuery = z
  .strictObject({
    model: modelId.optional().describe('Without it: the models used in the last 30 days'),
    provider: z.string().min(1).max(64).optional().describe('Default: as the model id tells'),
    at: instant.optional().describe('Default: now'),
  })
  .refine(({ model, provider }) => model !== undefined || provider === undefined, {
    path: ['provider'],
    message: 'Must come with a model',
  });

export type PricesQuery = z.infer<typeof pricesQuery>;

const perMillion = z
  .record(z.string(), z.string())
  .describe('USD per million tokens by bucket, exact decimals');

const price = z.object({
  id: z.string(),
  source: z.enum(['catalogue', 'override']),
  per_million_tokens: perMillion,
  long_context: z
    .array(z.object({ above: z.int(), per_million_tokens: perMillion }))
    .describe('Prices of calls of more input tokens than that'),
  service_tiers: z.record(z.string(), z.string()).describe('By tier or mode, the factor'),
  per_web_search: z.string().nullable().describe('USD'),
  per_request: z.string().nullable().describe('USD'),
  context_window: z.int().nullable().describe('Tokens'),
});

const pricedModel = z.object({
  provider: z.string(),
  model: z.string(),
  price: price.nullable().describe('null: the model is unpriced'),
  reason: z.string().nullable().describe('Why there is no price'),
  calls: z.int().nullable().describe('In the last 30 days; null when a model was asked for'),
  unpriced_calls: z.int().nullable().describe('Those of them that stand unpriced in the ledger'),
});

export const pricesAnswer = z
  .object({
    at: z.iso.datetime(),
    catalogue: z.object({
      version: z.string(),
      released_at: z.iso.datetime(),
      age_days: z.int(),
    }),
    overrides: z.int().describe('Prices of one’s own in the database; the file’s are not counted'),
    models: z.array(pricedModel).describe('Unpriced ones first, then by calls'),
  })
  .meta({ id: 'Prices' });

export type PricesAnswer = z.infer<typeof pricesAnswer>;
export type PricedModel = z.infer<typeof pricedModel>;
