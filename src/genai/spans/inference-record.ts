import type { Cost } from '../pricing/index.js';
import type { Scope } from '../scope/index.js';
import type { TokenUsage } from '../usage/index.js';

/** How a call of a model ended. `cancelled`: the application left it. */
export type InferenceStatus = 'ok' | 'error' | 'cancelled';

/**
 * Which side of the usage is known. `input`: a stream that was left early. `none`: the
 * instrumentation or the provider gave no token counts.
 */
export type UsageKnown = 'all' | 'input' | 'output' | 'none';

/** One call of a model as its span told it: each call once, however many spans tell of it. */
export interface InferenceRecord {
  /** As `gen_ai.provider.name` has it, e.g. `anthropic`; `unknown` when nothing tells. */
  readonly provider: string;
  readonly requestModel?: string;
  readonly responseModel?: string;
  readonly responseId?: string;
  /** `chat`, `generate_content`, `text_completion` or `embeddings`. */
  readonly operation: string;
  readonly usage: TokenUsage;
  readonly usageKnown: UsageKnown;
  readonly cost: Cost;
  readonly serviceTier?: string;
  readonly finishReasons?: readonly string[];
  readonly scope: Scope;
  readonly traceId: string;
  readonly spanId: string;
  readonly startTime: Date;
  readonly durationMs: number;
  /** Seconds from the request to the first chunk of a stream. */
  readonly timeToFirstChunk?: number;
  readonly status: InferenceStatus;
  readonly errorType?: string;
  /** Whether the span is exported as well. */
  readonly sampled: boolean;
  /** Name of the instrumentation that made the span. */
  readonly source: string;
  /** Whether the caller books this call itself; see {@link claimInference}. */
  readonly claimed: boolean;
}
