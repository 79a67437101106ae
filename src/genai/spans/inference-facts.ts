import type { Attributes } from '@opentelemetry/api';
import { SpanStatusCode } from '@opentelemetry/api';
import { Alias, Otel } from '../conventions/index.js';
import type { TokenUsage } from '../usage/index.js';
import type { InferenceStatus, UsageKnown } from './inference-record.js';
import { providerName } from './provider-name.js';
import { numberOf, textOf } from './read.js';
import type { Role } from './role.js';
import type { SdkSpan } from './sdk-types.js';
import { usageOf } from './span-usage.js';

/** What one span tells of a call of a model, in one vocabulary. */
export interface InferenceFacts {
  readonly provider: string;
  readonly requestModel?: string;
  readonly responseModel?: string;
  readonly responseId?: string;
  readonly operation: string;
  readonly serviceTier?: string;
  readonly finishReasons?: readonly string[];
  readonly timeToFirstChunk?: number;
  readonly usage: TokenUsage;
  readonly usageKnown: UsageKnown;
  readonly status: InferenceStatus;
  readonly errorType?: string;
  /** The provider answered with an HTTP error. */
  readonly refused: boolean;
}

/** Reads the facts from a span, whichever instrumentation wrote it. */
export function factsOf(span: SdkSpan, { operation = 'chat' }: Role): InferenceFacts {
  const { attributes } = span;
  const requestModel = textOf(attributes, Alias.requestModel);
  const responseModel = textOf(attributes, Alias.responseModel);
  const provider = providerName(textOf(attributes, Alias.provider), responseModel ?? requestModel);
  const { usage, usageKnown } = usageOf(span, operation);
  return {
    provider,
    requestModel,
    responseModel,
    responseId: textOf(attributes, Alias.responseId),
    operation,
    serviceTier: textOf(attributes, Alias.serviceTier),
    finishReasons: finishReasonsOf(attributes),
    timeToFirstChunk: numberOf(attributes, Alias.timeToFirstChunk),
    usage,
    usageKnown,
    ...outcomeOf(span),
    refused: (numberOf(attributes, ['http.response.status_code']) ?? 0) >= 400,
  };
}

/** What `own` tells, and where it says nothing, what another span told of the same call. */
export function mergeFacts(own: InferenceFacts, other: InferenceFacts | undefined): InferenceFacts {
  if (!other) return own;
  const { usage, usageKnown } = own.usageKnown === 'none' ? other : own;
  return {
    ...own,
    usage,
    usageKnown,
    requestModel: own.requestModel ?? other.requestModel,
    responseModel: own.responseModel ?? other.responseModel,
    responseId: own.responseId ?? other.responseId,
    serviceTier: own.serviceTier ?? other.serviceTier,
    finishReasons: own.finishReasons ?? other.finishReasons,
    timeToFirstChunk: own.timeToFirstChunk ?? other.timeToFirstChunk,
    refused: own.refused || other.refused,
  };
}

function finishReasonsOf(attributes: Attributes): readonly string[] | undefined {
  for (const key of Alias.finishReasons) {
    const value = attributes[key];
    if (typeof value === 'string' && value !== '') return [value];
    if (Array.isArray(value)) return value.filter((reason) => typeof reason === 'string');
  }
  return undefined;
}

/** Names that say the application gave up the call, not that the call failed. */
const CANCELLED = /^(cancell?ed|abort(ed)?|AbortError|APIUserAbortError)$/i;
const ANTHROPIC_SDK = 'com.anthropic.sdk.typescript';

function outcomeOf(span: SdkSpan): { status: InferenceStatus; errorType?: string } {
  const errorType = textOf(span.attributes, [Otel.errorType]);
  if (errorType !== undefined && CANCELLED.test(errorType))
    return { status: 'cancelled', errorType };
  if (span.status.code === SpanStatusCode.ERROR) return { status: 'error', errorType };
  // The Anthropic SDK says OK at a full end, and leaves the status of a call that was left early.
  const left =
    span.status.code === SpanStatusCode.UNSET &&
    span.instrumentationScope.name.startsWith(ANTHROPIC_SDK);
  return { status: left ? 'cancelled' : 'ok' };
}
