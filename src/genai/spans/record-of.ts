import { TraceFlags, type HrTime } from '@opentelemetry/api';
import { Alias } from '../conventions/index.js';
import type { PriceBook } from '../pricing/index.js';
import type { Scope } from '../scope/index.js';
import { costOf } from './call-cost.js';
import type { InferenceFacts } from './inference-facts.js';
import type { InferenceRecord } from './inference-record.js';
import { textOf } from './read.js';
import type { SpanNode } from './span-node.js';

export function recordOf(
  node: SpanNode,
  facts: InferenceFacts,
  prices: PriceBook,
): InferenceRecord {
  const { span } = node;
  const { traceId, spanId, traceFlags } = span.spanContext();
  const startTime = new Date(milliseconds(span.startTime));
  const { refused: _, ...told } = facts;
  return {
    ...told,
    cost: costOf(span, facts, prices, startTime),
    scope: scopeOf(node),
    traceId,
    spanId,
    startTime,
    durationMs: milliseconds(span.duration),
    sampled: (traceFlags & TraceFlags.SAMPLED) !== 0,
    source: span.instrumentationScope.name,
    claimed: node.claimed || node.outers.some(({ claimed }) => claimed),
  };
}

/** The scope the span started in; where that is silent, what the instrumentation says itself. */
function scopeOf({ span: { attributes }, scope = {} }: SpanNode): Scope {
  const conversation = scope.conversation ? undefined : textOf(attributes, Alias.conversationId);
  const agent = scope.agent ? undefined : textOf(attributes, Alias.agentName);
  const userId = scope.userId === undefined ? textOf(attributes, Alias.userId) : undefined;
  return {
    ...scope,
    ...(conversation !== undefined && { conversation: { id: conversation } }),
    ...(agent !== undefined && { agent: { name: agent } }),
    ...(userId !== undefined && { userId }),
  };
}

function milliseconds([seconds, nanoseconds]: HrTime): number {
  return seconds * 1e3 + nanoseconds / 1e6;
}
