import { z } from 'zod';

/**
 * Fields that several endpoints take, with their bounds. The bounds keep a request within what a
 * log line, a metric and a database index can hold.
 */

/** Ids that callers choose: visible characters, no spaces, at most 128. */
export const identifier = z
  .string()
  .regex(/^[^\p{C}\p{Z}]{1,128}$/u, 'Must be 1 to 128 visible characters without spaces');

/** `claude-sonnet-5`, `openai/gpt-4o`, `us.anthropic.claude-…-v1:0`, `ft:gpt-4o:org::id` … */
export const modelId = z
  .string()
  .regex(/^[A-Za-z0-9][\w.:@/-]{0,127}$/, 'Must be a model id such as claude-sonnet-5');

/** A provider of models, by its name here. */
export const providerName = z.string().regex(/^[a-z][\w.-]{0,31}$/, 'Must be a provider: GET /');

/** Whether the answer is to come as events; without it, `Accept` decides. */
export const stream = z.boolean();

/** About 50,000 tokens: enough for a long document, below what any model refuses. */
export const promptText = z
  .string()
  .max(200_000, 'Must be at most 200,000 characters')
  .regex(/\S/, 'Must not be empty')
  .refine(isStorable, 'Must be valid Unicode without NUL characters');

export const tags = z
  .array(z.string().regex(/^[^\p{C}]{1,64}$/u, 'Must be 1 to 64 visible characters'))
  .max(16);

export const metadata = z
  .record(
    z.string().regex(/^[\w.-]{1,64}$/, 'Keys are 1 to 64 letters, digits, ".", "_" or "-"'),
    z.union([
      z.string().max(256).refine(isStorable, 'Must be valid Unicode'),
      z.number(),
      z.boolean(),
    ]),
  )
  .refine((value) => Object.keys(value).length <= 16, 'Must have at most 16 keys');

/** A point in time as callers write it; a date is its first moment in UTC. */
export const instant = z
  .string()
  .refine(
    (text) => z.iso.datetime({ offset: true }).or(z.iso.date()).safeParse(text).success,
    'Must be a date (2026-11-20) or a moment (2026-11-20T09:30:00Z)',
  )
  .transform((text) => new Date(text))
  // PostgreSQL has no year 0, and reads none of five digits as JavaScript writes it.
  .refine((moment) => isYear(moment.getUTCFullYear()), 'Must be within the years 1 to 9999');

function isYear(year: number): boolean {
  return year >= 1 && year <= 9_999;
}

/** Answer fields that say what a set of calls cost. */
export const money = {
  exact: z
    .string()
    .regex(/^\d+(\.\d+)?$/)
    .nullable()
    .describe('Exact decimal USD; null when unknown'),
  /** Sums of what is known, and differences. */
  signed: z
    .string()
    .regex(/^-?\d+(\.\d+)?$/)
    .describe('Exact decimal USD'),
  number: z.number().nullable().describe('The same as a number; null when unknown'),
  status: z
    .enum(['priced', 'partial', 'unpriced', 'free'])
    .describe('partial: the cost is a lower bound; unpriced: it is unknown, never 0'),
};

/** What PostgreSQL can keep as text. */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}
