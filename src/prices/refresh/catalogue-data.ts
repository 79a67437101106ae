import type { Provider } from '@pydantic/genai-prices';
import { z } from 'zod';

/*
 * The data file of genai-prices, as far as it is used. Whatever is wrong refuses the whole file:
 * half a catalogue is worse than the one there is.
 */

const amount = z.number().nonnegative();
const tiered = z.object({
  base: amount,
  tiers: z.array(z.object({ start: z.int().nonnegative(), price: amount })),
});
const modelPrice = z.record(z.string(), z.union([amount, tiered]));

const match: z.ZodType = z.lazy(() =>
  z.union([
    z.strictObject({ equals: z.string() }),
    z.strictObject({ starts_with: z.string() }),
    z.strictObject({ ends_with: z.string() }),
    z.strictObject({ contains: z.string() }),
    z.strictObject({ regex: z.string().refine(isPattern, 'is no regular expression') }),
    z.strictObject({ or: z.array(match) }),
    z.strictObject({ and: z.array(match) }),
  ]),
);

const constraint = z.union([
  z.object({ type: z.literal('start_date'), start_date: z.iso.date() }),
  z.object({ type: z.literal('time_of_date'), start_time: z.string(), end_time: z.string() }),
]);

const model = z.object({
  id: z.string().min(1),
  match,
  name: z.string().optional(),
  context_window: z.int().positive().optional(),
  prices: z.union([
    z.array(z.object({ constraint: constraint.optional(), prices: modelPrice })).min(1),
    modelPrice,
  ]),
});

const provider = z.object({
  id: z.string().min(1),
  name: z.string(),
  api_pattern: z.string(),
  fallback_model_providers: z.array(z.string()).optional(),
  models: z.array(model),
});

const catalogue = z.array(provider).min(1);

/** @returns undefined when the text is not wholly a catalogue */
export function parseCatalogue(text: string): Provider[] | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = catalogue.safeParse(json);
  return parsed.success ? (parsed.data as Provider[]) : undefined;
}

/** Models and providers that the new one left out keep the prices they had. */
export function withMissing(newer: readonly Provider[], older: readonly Provider[]): Provider[] {
  const merged = newer.map((one) => {
    const before = older.find(({ id }) => id === one.id)?.models ?? [];
    const ids = new Set(one.models.map(({ id }) => id));
    return { ...one, models: [...one.models, ...before.filter(({ id }) => !ids.has(id))] };
  });
  const known = new Set(newer.map(({ id }) => id));
  return [...merged, ...older.filter(({ id }) => !known.has(id))];
}

function isPattern(text: string): boolean {
  try {
    return Boolean(new RegExp(text));
  } catch {
    return false;
  }
}
