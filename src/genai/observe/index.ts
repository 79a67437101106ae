export { answerOf } from './answer.js';
export { AnswerStream, deltaTextOf } from './answer-stream.js';
export { currentSpan } from './current-span.js';
export { observe } from './observe.js';
export { checkRunBudget } from './refuse-spending.js';
export type { AnyFunction, ObserveOptions, ObserveOptionsOf } from './observe-options.js';
export {
  observeAgent,
  observeConversation,
  observeWorkflow,
  type ObserveAgentOptions,
  type ObserveConversationOptions,
  type ObserveWorkflowOptions,
} from './observe-scopes.js';
export { recordContent, type RecordedContent } from './record-content-events.js';
export { recordPerformance, type Performance } from './record-performance.js';
export { recordPrompt, type PromptTemplate } from './record-prompt.js';
export { recordStandardAttributes, type StandardAttributes } from './record-standard-attributes.js';
export { onWork, type WorkListener, type WorkRecord } from './work-listeners.js';
export { recordTool, type ToolExecution } from './record-tool.js';
