/** A ledger in an application of one's own: the same tables as the service's, on the same terms. */
export { openLedger, type LedgerOptions } from './open-ledger.js';
export { Ledger } from './ledger.js';
export { BudgetedCalls, type BudgetedCall } from './budgeted-calls.js';
export { Budgets, type BudgetInput } from './budgets.js';
export { Problem, type ProblemDocument } from '../http/index.js';
export type { BudgetAnswer } from '../budget/index.js';
export type { UsageInput, UsageReport } from '../ledger/index.js';
