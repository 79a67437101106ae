export { BudgetModule } from './budget.module.js';
export { BudgetService, type PlannedCall, type RefusalListener } from './budget.service.js';
