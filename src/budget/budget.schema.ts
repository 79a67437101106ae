import { z } from 'zod';
import { toPicodollars } from '../genai/pricing/index.js';
import { identifier } from '../http/fields.js';
import { BUDGET_SCOPES } from './call-scopes.js';

/** Far above what anybody grants a program: more is a mistake of unit. */
const MOST_USD = 1_000_000_000n * 10n ** 12n;

const AMOUNT = 'Must be an amount of dollars such as "12.50", to 12 places, at most a billion';

const usd = z
  .union([z.string(), z.number()], AMOUNT)
  .transform((value, context) => {
    try {
      const amount = toPicodollars(value);
      if (amount <= MOST_USD) return amount;
    } catch {
      // Told below, like every other fault of it.
    }
    context.issues.push({ code: 'custom', message: AMOUNT, input: value });
    return z.NEVER;
  })
  .describe('USD, as a decimal string (exact) or a number');

const timeZone = z
  .string()
  .refine(isTimeZone, 'Must be UTC or a region of the IANA database such as Europe/Berlin');

/** What can be changed of a budget. What it counts cannot: that is another budget. */
const changeable = {
  limit_usd: usd,
  mode: z
    .enum(['observe', 'warn', 'block'])
    .describe('observe: only counts; warn: tells of thresholds as well; block: also refuses'),
  thresholds: z
    .array(z.int().min(1).max(1_000))
    .max(10)
    .describe('Per cent of the limit; passing one is told of once in a period'),
  unpriced: z
    .enum(['allow', 'block'])
    .describe('What becomes of calls whose price is unknown, when the mode is block'),
};

const identity = {
  scope: z.enum(BUDGET_SCOPES),
  scope_id: identifier
    .optional()
    .describe('Whose budget; without it, each one of the scope has the limit for itself'),
  period: z.enum(['hour', 'day', 'week', 'month', 'rolling', 'forever']),
  rolling_hours: z.int().min(1).max(8_784).optional().describe('With period rolling'),
  time_zone: timeZone.default('UTC').describe('Where calendar periods begin at midnight'),
};

export const budgetRequest = z
  .strictObject({
    id: identifier.optional().describe('Made if absent; a label of the metrics'),
    ...identity,
    limit_usd: changeable.limit_usd,
    mode: changeable.mode.default('block'),
    thresholds: changeable.thresholds.default([80, 100]),
    unpriced: changeable.unpriced.default('block'),
  })
  .superRefine(({ scope, scope_id, period, rolling_hours }, context) => {
    const fault = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (scope === 'global' && scope_id !== undefined) {
      fault('scope_id', 'The scope global is for all calls');
    }
    if (scope_id === '*') fault('scope_id', 'Leave it out for each one of the scope');
    if (period === 'rolling' && rolling_hours === undefined) {
      fault('rolling_hours', 'Must be given with the period rolling');
    }
    if (period !== 'rolling' && rolling_hours !== undefined) {
      fault('rolling_hours', 'Belongs to the period rolling');
    }
  })
  .meta({ id: 'BudgetRequest' });

export type BudgetRequest = z.infer<typeof budgetRequest>;

export const budgetChange = z
  .strictObject(changeable)
  .partial()
  .refine((change) => Object.keys(change).length > 0, 'Must change something')
  .meta({ id: 'BudgetChange' });

export type BudgetChange = z.infer<typeof budgetChange>;

export const budgetParams = z.strictObject({ id: identifier });

const exact = z.string().describe('Exact decimal USD');

export const budgetState = z.object({
  scope_id: z.string().nullable().describe('Whose calls; null for global'),
  spent_usd: exact,
  held_usd: exact.describe('Worst case of calls that are under way'),
  left_usd: exact,
  resets_at: z.iso.datetime().nullable().describe('When there is room again; null: never'),
});

export type BudgetState = z.infer<typeof budgetState>;

export const budgetAnswer = z
  .object({
    id: z.string(),
    scope: z.enum(BUDGET_SCOPES),
    scope_id: z.string().nullable().describe('null: global, or each one of the scope'),
    period: identity.period,
    rolling_hours: z.int().nullable(),
    time_zone: z.string(),
    limit_usd: exact,
    mode: changeable.mode,
    thresholds: changeable.thresholds,
    unpriced: changeable.unpriced,
    source: z.enum(['api', 'file']).describe('file: of BUDGETS_FILE, and changed only there'),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
    state: z
      .array(budgetState)
      .describe('This period; those nearest to the limit first, at most 100'),
  })
  .meta({ id: 'Budget' });

export type BudgetAnswer = z.infer<typeof budgetAnswer>;

export const budgetList = z.object({ budgets: z.array(budgetAnswer) }).meta({ id: 'BudgetList' });

export type BudgetList = z.infer<typeof budgetList>;

/**
 * What JavaScript and PostgreSQL read alike. They do not where a name stands alone: `IST` is India's
 * for one and Israel's for the other, `CET` has a summer or none; and `+01:00` is east or west.
 */
function isTimeZone(name: string): boolean {
  if (!/^(UTC$|[A-Za-z_]+\/)/i.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
