import type { AttributeValue } from '@opentelemetry/api';
import { Alias, GenAi, Otel, Own, type CostStatusValue } from '../conventions/index.js';
import { usdNumber, type Cost } from '../pricing/index.js';
import { totalInput, totalOutput } from '../usage/index.js';
import type { InferenceFacts } from './inference-facts.js';
import { textOf } from './read.js';
import type { SdkSpan } from './sdk-types.js';

/**
 * Writes an attribute that must not be lost. A span at its attribute limit (128; flattened messages
 * fill it easily) takes no new one through its API, and an ended span none at all; there it is put
 * beside the others. A dozen over the limit does less harm than a call without its cost, and an
 * ended span that is not exported yet is still read.
 */
export function write(span: SdkSpan, key: string, value: AttributeValue): void {
  if (span.attributes[key] === value) return;
  const open = span.isRecording();
  if (open) span.setAttribute(key, value);
  if (!open || span.attributes[key] === undefined) {
    (span.attributes as Record<string, AttributeValue>)[key] = value;
  }
}

function writeIfMissing(span: SdkSpan, key: string, value: AttributeValue | undefined): void {
  if (value !== undefined && span.attributes[key] === undefined) write(span, key, value);
}

/** Who was called and for whom, in the newest names, whatever names the instrumentation knows. */
export function writeCallee(span: SdkSpan, facts: InferenceFacts): void {
  writeIfMissing(span, GenAi.operationName, facts.operation);
  write(span, GenAi.providerName, facts.provider);
  writeIfMissing(span, GenAi.requestModel, facts.requestModel);
  writeIfMissing(span, GenAi.responseModel, facts.responseModel);
  writeIfMissing(span, GenAi.responseId, facts.responseId);
  writeIfMissing(
    span,
    GenAi.responseFinishReasons,
    facts.finishReasons && [...facts.finishReasons],
  );
  writeIfMissing(span, GenAi.conversationId, textOf(span.attributes, Alias.conversationId));
  writeIfMissing(span, Otel.userId, textOf(span.attributes, Alias.userId));
}

/** What was used, as the conventions count. Not on a duplicate: sums over spans must be right. */
export function writeUsage(span: SdkSpan, { usage, usageKnown }: InferenceFacts): void {
  if (usageKnown === 'none') return;
  if (usageKnown !== 'output') write(span, GenAi.inputTokens, totalInput(usage));
  if (usageKnown !== 'input') write(span, GenAi.outputTokens, totalOutput(usage));
  const cacheWrite = usage.cacheWrite5m + usage.cacheWrite1h;
  if (usage.cacheRead > 0) write(span, GenAi.cacheReadInputTokens, usage.cacheRead);
  if (cacheWrite > 0) write(span, GenAi.cacheWriteInputTokens, cacheWrite);
  if (usage.reasoning > 0) write(span, GenAi.reasoningOutputTokens, usage.reasoning);
}

/** How fast a stream came. Only of whole ones: the output of others is not known. */
export function writeSpeed(span: SdkSpan, facts: InferenceFacts, durationMs: number): void {
  const { timeToFirstChunk, usage, usageKnown } = facts;
  if (timeToFirstChunk === undefined || usageKnown !== 'all') return;
  const seconds = durationMs / 1000 - timeToFirstChunk;
  if (seconds > 0) write(span, Own.outputTokensPerSecond, totalOutput(usage) / seconds);
}

/** How steadily a stream came, where its reader says so. */
export function writeRhythm(span: SdkSpan, timePerChunkMs: number | undefined): void {
  if (timePerChunkMs !== undefined) write(span, Own.timePerOutputChunk, timePerChunkMs / 1000);
}

/** What the call costs. An amount that is not known is left out: it is not 0. */
export function writeCost(span: SdkSpan, { status, total, buckets }: Cost): void {
  writeCostStatus(span, status);
  if (total === null) return;
  write(span, Own.costUsd, usdNumber(total));
  if (!buckets) return;
  const { input, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning } = buckets;
  write(span, Own.costInputUsd, usdNumber(input + cacheRead + cacheWrite5m + cacheWrite1h));
  write(span, Own.costOutputUsd, usdNumber(output + reasoning));
}

export function writeCostStatus(span: SdkSpan, status: CostStatusValue): void {
  write(span, Own.costStatus, status);
}
