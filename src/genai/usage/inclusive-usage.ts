import { CountReader } from './counts.js';
import { nothingReported, splitCacheWrites, tokenUsage, withoutParts } from './split.js';
import type { TokenUsage } from './token-usage.js';

/**
 * Counts as OpenTelemetry's conventions have them: `input` includes the cached tokens, `output`
 * includes reasoning. Typed loosely because they come from span attributes.
 */
export interface InclusiveCounts {
  readonly input?: unknown;
  readonly output?: unknown;
  readonly cacheRead?: unknown;
  /** Cache writes of both lifetimes; all of the ordinary one when no split is given. */
  readonly cacheWrite?: unknown;
  readonly cacheWrite5m?: unknown;
  readonly cacheWrite1h?: unknown;
  readonly reasoning?: unknown;
}

/**
 * Totals that include their parts, split into disjoint buckets. Parts that exceed their total show
 * that it excludes them, as some instrumentations report it; then it is taken so.
 *
 * @example inclusiveUsage({ input: 22, cacheRead: 7, cacheWrite: 5, output: 9 }).input // 10
 */
export function inclusiveUsage(counts: InclusiveCounts): TokenUsage {
  if (Object.values(counts).every((count) => count === undefined || count === null)) {
    return nothingReported();
  }
  const reader = new CountReader();
  const cacheRead = reader.read(counts.cacheRead, 'cache read');
  const cacheWrites = splitCacheWrites(
    reader.read(counts.cacheWrite, 'cache write'),
    {
      short: reader.read(counts.cacheWrite5m, '5 min cache write'),
      long: reader.read(counts.cacheWrite1h, '1 h cache write'),
    },
    reader,
  );
  const cached = cacheRead + cacheWrites.cacheWrite5m + cacheWrites.cacheWrite1h;
  const reasoning = reader.read(counts.reasoning, 'reasoning');
  return tokenUsage(
    {
      input: withoutParts(reader.read(counts.input, 'input'), cached),
      cacheRead,
      ...cacheWrites,
      output: withoutParts(reader.read(counts.output, 'output'), reasoning),
      reasoning,
    },
    { faults: reader.faults },
  );
}
