import type { TokenUsage } from '../../genai/usage/index.js';
import type { ProviderError, ProviderErrorKind } from '../provider/provider-error.js';
import type { StreamTiming } from './received.js';

/** Why a stream ended before its answer did. */
export type CutReason = 'reader_left' | 'deadline' | 'connection_lost' | 'provider_error';

/** What there is of an answer that was cut. */
export interface PartialAnswer {
  /** What was handed to the reader. */
  readonly text: string;
  readonly responseId?: string;
  readonly responseModel?: string;
  readonly serviceTier?: string;
  readonly usage: TokenUsage;
}

/** Thrown when an answer that had begun was cut. */
export class StreamCut extends Error {
  override readonly name = 'StreamCut';

  constructor(
    readonly reason: CutReason,
    readonly answer: PartialAnswer,
    readonly timing: StreamTiming,
    override readonly cause: ProviderError,
  ) {
    super(`The stream was cut: ${reason}`);
  }
}

export function cutReason(kind: ProviderErrorKind): CutReason {
  switch (kind) {
    case 'cancelled':
      return 'reader_left';
    case 'timeout':
      return 'deadline';
    case 'connection':
      return 'connection_lost';
    default:
      return 'provider_error';
  }
}
