import type { Span } from '@opentelemetry/api';
import { Own } from '../conventions/index.js';
import { recordSafely } from './record-safely.js';

/** How an answer came out. All of it is optional, and 0 is a value like any other. */
export interface Performance {
  /** Milliseconds. */
  readonly responseTimeMs?: number;
  readonly requestSizeBytes?: number;
  readonly responseSizeBytes?: number;
  /** From 0 to 1. */
  readonly qualityScore?: number;
}

/** Writes performance attributes. Never throws. */
export function recordPerformance(span: Span, performance: Performance): void {
  recordSafely(() =>
    span.setAttributes({
      [Own.responseTimeMs]: performance.responseTimeMs,
      [Own.requestSizeBytes]: performance.requestSizeBytes,
      [Own.responseSizeBytes]: performance.responseSizeBytes,
      [Own.qualityScore]: performance.qualityScore,
    }),
  );
}
