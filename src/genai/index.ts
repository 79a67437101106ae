/** The core: any OpenTelemetry application, with or without Nest. Published as `spanledger/genai`. */
export type { CompatSet } from './conventions/index.js';
export { install, type Installed, type InstallOptions } from './install/index.js';
export { observe, type ObserveOptions } from './observe/index.js';
export {
  PriceBook,
  PriceFileError,
  formatUsd,
  parsePriceOverrides,
  parseUsd,
  providerOf,
  usdNumber,
  type Cost,
  type CostBuckets,
  type CostStatus,
  type Picodollars,
  type PriceOverride,
  type PriceRef,
} from './pricing/index.js';
export {
  Redaction,
  RedactionRuleError,
  RedactionStage,
  Redactor,
  withContentMode,
  type CapturedContent,
  type ContentMode,
  type RedactionOptions,
  type RedactionStats,
  type UserRule,
} from './redaction/index.js';
export {
  currentScope,
  withAgent,
  withAttributes,
  withConversation,
  withScope,
  withWorkflow,
  type Scope,
} from './scope/index.js';
export {
  DEFAULT_SCOPE_SPANS,
  LogToSpanBridge,
  SpanledgerSpanProcessor,
  claimInference,
  onInference,
  recordGenAiSpans,
  type Claim,
  type InferenceRecord,
  type InferenceStatus,
  type ScopeSpans,
  type SpanledgerSpanProcessorOptions,
  type UsageKnown,
} from './spans/index.js';
export {
  anthropicUsage,
  geminiUsage,
  inclusiveUsage,
  openaiUsage,
  totalInput,
  totalOutput,
  type TokenUsage,
} from './usage/index.js';
