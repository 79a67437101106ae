export {
  contentModeOf,
  contextWithContentMode,
  withContentMode,
  type ContentMode,
} from './content-mode.js';
export { Redaction, type RedactionOptions } from './redacting-processors.js';
export { RedactionStage, type CapturedContent, type RedactionStats } from './redaction-stage.js';
export { Redactor } from './redactor.js';
export { RedactionRuleError, parseRules, type UserRule } from './user-rules.js';
