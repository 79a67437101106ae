import { Logger } from '@nestjs/common';
import { isUnheldValue, reasonOf } from '../../database/index.js';
import type { RequestTelemetry } from '../request-telemetry.js';
import { Problem } from './problem.js';
import { STORAGE_AWAY } from './to-problem.js';

const MILLISECONDS_BETWEEN_WARNINGS = 60_000;

const logger = new Logger('Errors');
let warnedAt = Number.NEGATIVE_INFINITY;

/**
 * Tells log and telemetry what the caller is not told: of a fault that is ours to mend everything,
 * also where it was made a problem on its way; why the database is away, now and then.
 */
export function reportFault(
  error: unknown,
  problem: Problem,
  telemetry: RequestTelemetry | undefined,
): void {
  const fault = problem.status === 500 ? behind(error) : error;
  telemetry?.fail(fault, problem);
  if (problem.status === 500) logger.error(fault);
  // The caller's mistake, but a check of ours would have named the field.
  if (isUnheldValue(behind(error))) {
    logger.warn(`The database refused a value: ${reasonOf(behind(error))}`);
  }
  if (problem.kind === STORAGE_AWAY) warn(behind(error));
}

/** What a problem was made of. */
function behind(error: unknown): unknown {
  return error instanceof Problem && error.cause !== undefined ? behind(error.cause) : error;
}

/** Every request that needs it fails for the same reason. */
function warn(reason: unknown): void {
  const now = performance.now();
  if (now - warnedAt < MILLISECONDS_BETWEEN_WARNINGS) return;
  warnedAt = now;
  logger.warn(`The database cannot do its work, callers are answered 503: ${reasonOf(reason)}`);
}
