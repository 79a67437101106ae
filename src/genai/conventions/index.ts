export { GenAi, Otel } from './gen-ai.js';
export { INSTRUMENTATION_SCOPE, Own, customAttribute, metadataAttribute } from './own.js';
export {
  BILLABLE_OPERATIONS,
  KIND_OF_OPERATION,
  OPERATION_OF_KIND,
  Operation,
  PROVIDER_NAMES,
  type CostStatusValue,
  type SpanKindName,
} from './values.js';
export { EVENT_NAME_ATTRIBUTE, Event, SpanEvent } from './events.js';
export {
  GenAiMetric,
  LegacyGenAiMetric,
  prometheusName,
  type MetricConvention,
} from './metrics.js';
export { Alias, GENAI_MARKERS } from './aliases.js';
export {
  COMPAT_SETS,
  OLD_SPELLINGS,
  OLD_TOTAL_TOKENS,
  OldContent,
  type CompatSet,
} from './compat.js';
