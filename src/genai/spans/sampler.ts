import { SpanKind, type Attributes } from '@opentelemetry/api';
import { hasGenAiMarker, isEmpty } from './genai-marker.js';
import type { SamplerLike, SamplingResultLike } from './sdk-types.js';

/**
 * Wraps the application's sampler so that sampling loses no money: a span about generative AI that
 * `root` would drop is recorded, though still not exported, and so reaches the span processor, the
 * ledger and the metrics. Every other span is as `root` says.
 *
 * A sampler sees attributes but not who makes the span, and some instrumentations write theirs only
 * after the start. So an internal span that starts without any attribute is recorded as well.
 *
 * @example new NodeSDK({ sampler: recordGenAiSpans(new TraceIdRatioBasedSampler(0.1)) })
 */
export function recordGenAiSpans<R extends SamplingResultLike>(
  root: SamplerLike<R>,
): SamplerLike<R> {
  return {
    shouldSample(context, traceId, spanName, spanKind, attributes, links) {
      const result = root.shouldSample(context, traceId, spanName, spanKind, attributes, links);
      if (result.decision !== NOT_RECORDED || !mayBeGenAi(spanKind, attributes)) return result;
      return { ...result, decision: RECORDED };
    },
    toString: () => `RecordGenAiSpans{${root.toString()}}`,
  };
}

const NOT_RECORDED = 0;
const RECORDED = 1;

function mayBeGenAi(kind: SpanKind, attributes: Attributes): boolean {
  return hasGenAiMarker(attributes) || (kind === SpanKind.INTERNAL && isEmpty(attributes));
}
