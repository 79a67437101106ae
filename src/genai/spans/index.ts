export {
  SpanledgerSpanProcessor,
  type SpanledgerSpanProcessorOptions,
  type SpanProcessorStats,
} from './spanledger-span-processor.js';
export type { InferenceRecord, InferenceStatus, UsageKnown } from './inference-record.js';
export { onInference, type InferenceListener } from './inference-listeners.js';
export { claimInference, type Claim } from './claim.js';
export { randomSpanId, randomTraceId } from './random-ids.js';
export { recordGenAiSpans } from './sampler.js';
export { DEFAULT_SCOPE_SPANS, type ScopeSpans } from './scope-stamp.js';
export type { SamplerLike, SamplingResultLike, SdkSpan, SpanProcessorLike } from './sdk-types.js';
export {
  LogToSpanBridge,
  type LogRecordLike,
  type LogRecordProcessorLike,
  type LogToSpanBridgeOptions,
} from './content/index.js';
