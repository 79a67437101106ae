export { BudgetExceededError } from './budget-exceeded.error.js';
export { RunBudget } from './run-budget.js';
export {
  SCOPE_HEADER,
  ScopeCarrier,
  type Carried,
  type ScopeCarrierOptions,
} from './scope-carrier.js';
export { contextWithScope, currentScope, scopeFrom, withScope } from './scope-context.js';
export type { AgentScope, ConversationScope, Scope, WorkflowScope } from './scope.js';
export { withAgent, withAttributes, withConversation, withWorkflow } from './scopes.js';
