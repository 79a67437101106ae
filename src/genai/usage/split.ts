import type { CountReader } from './counts.js';
import type { ModalityTokens, TokenUsage } from './token-usage.js';

/** The fault of a call that came without any count: its cost is unknown, not 0. */
const NOTHING_REPORTED = 'no usage was reported';

export function nothingReported(): TokenUsage {
  return {
    input: 0,
    cacheRead: 0,
    cacheWrite5m: 0,
    cacheWrite1h: 0,
    output: 0,
    reasoning: 0,
    faults: [NOTHING_REPORTED],
  };
}

/**
 * Cache writes by lifetime. Without a split they have the ordinary lifetime; so has what a split
 * leaves over, which is a fault, as is a split of more than the total.
 */
export function splitCacheWrites(
  total: number,
  split: { readonly short: number; readonly long: number },
  reader: CountReader,
): Pick<TokenUsage, 'cacheWrite5m' | 'cacheWrite1h'> {
  const sum = split.short + split.long;
  if (sum > 0 && total > 0 && sum !== total) {
    reader.faults.push(`cache writes by lifetime add up to ${sum}, not to the ${total} reported`);
  }
  return {
    cacheWrite5m: split.short + Math.max(0, total - sum),
    cacheWrite1h: split.long,
  };
}

/**
 * A total without the parts that it includes. Parts that exceed the total cannot be included in
 * it: then the total is of the rest alone, as some gateways and instrumentations report it.
 */
export function withoutParts(total: number, parts: number): number {
  return parts > total ? total : total - parts;
}

/** The usage with only those of its optional fields that say something. */
export function tokenUsage(
  buckets: Omit<TokenUsage, 'webSearches' | 'modalities' | 'faults' | 'modes'>,
  extras: {
    readonly webSearches?: number;
    readonly modalities?: Readonly<Record<keyof ModalityTokens, number>>;
    readonly modes?: readonly string[];
    readonly faults: readonly string[];
  },
): TokenUsage {
  const { webSearches, modalities, modes, faults } = extras;
  const counted = Object.entries(modalities ?? {}).filter(([, count]) => count > 0);
  return {
    ...buckets,
    ...(webSearches && { webSearches }),
    ...(counted.length > 0 && { modalities: Object.fromEntries(counted) as ModalityTokens }),
    ...(modes?.length && { modes }),
    ...(faults.length > 0 && { faults }),
  };
}
