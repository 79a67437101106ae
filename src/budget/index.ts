export { budgetChange, budgetRequest, type BudgetAnswer } from './budget.schema.js';
export { BudgetStore } from './budget-store.js';
export { BudgetReader } from './budget-reader.js';
export { BudgetModule } from './budget.module.js';
export { BudgetService, type PlannedCall, type RefusalListener } from './budget.service.js';
