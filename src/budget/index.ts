export type { BudgetAnswer } from './budget.schema.js';
export { BudgetReader } from './budget-reader.js';
export { BudgetModule } from './budget.module.js';
export { BudgetService, type PlannedCall, type RefusalListener } from './budget.service.js';
