import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { ConfigError } from '../config/index.js';
import { identifier } from '../http/fields.js';
import { budgetRequest, type BudgetRequest } from './budget.schema.js';

/** Budgets of a file need a name of their own: it is how they are known at the next start. */
const budgetFile = z
  .strictObject({
    budgets: z.array(budgetRequest.safeExtend({ id: identifier })),
  })
  .superRefine(({ budgets }, context) => {
    budgets.forEach(({ id }, index) => {
      if (budgets.findIndex((other) => other.id === id) === index) return;
      const path = ['budgets', index, 'id'];
      context.addIssue({ code: 'custom', path, message: `There is another ${id}` });
    });
  });

export type FileBudget = BudgetRequest & { readonly id: string };

/** @throws {ConfigError} naming the variable, and each fault with its place in the file */
export function readBudgetFile(file: string): readonly FileBudget[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new ConfigError([`BUDGETS_FILE: ${file} cannot be read`]);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new ConfigError([`BUDGETS_FILE: ${file} is not valid JSON: ${String(error)}`]);
  }
  const parsed = budgetFile.safeParse(json);
  if (parsed.success) return parsed.data.budgets;
  throw new ConfigError(
    parsed.error.issues.map(
      ({ path, message }) => `BUDGETS_FILE: ${file}: ${path.join('.') || '(file)'}: ${message}`,
    ),
  );
}
