import { CountReader, allAbsent, fields, isObject } from './counts.js';
import { nothingReported, splitCacheWrites, tokenUsage } from './split.js';
import type { TokenUsage } from './token-usage.js';

/** Values of `inference_geo` that are billed by the standard rate. */
const STANDARD_GEOS: ReadonlySet<unknown> = new Set(['global', 'not_available']);

/**
 * The usage of Anthropic's Messages API, stable and beta, whose `input_tokens` *excludes* what was
 * read from and written to the cache, and whose `output_tokens` includes thinking.
 *
 * `iterations` of the beta API: a compaction is billed on top of the rest and is added; those of
 * another model make the usage incomplete, as their price is another.
 *
 * @param raw `message.usage`, or what a stream's `message_start` and `message_delta` add up to
 */
export function anthropicUsage(raw: unknown): TokenUsage {
  if (!isObject(raw) || allAbsent(raw, ['input_tokens', 'output_tokens'])) return nothingReported();
  const reader = new CountReader();
  const own = readTokens(raw, reader);
  const iterations = Array.isArray(raw['iterations']) ? raw['iterations'].map(fields) : [];
  const compactions = iterations
    .filter(({ type }) => type === 'compaction')
    .map((iteration) => readTokens(iteration, reader));
  for (const { type } of iterations) {
    if (type !== 'message' && type !== 'compaction') {
      const kind = typeof type === 'string' ? type : 'unknown';
      reader.faults.push(`usage of a further model (${kind}) is billed apart`);
    }
  }
  const sum = (bucket: keyof typeof own) =>
    compactions.reduce((total, tokens) => total + tokens[bucket], own[bucket]);
  return tokenUsage(
    {
      input: sum('input'),
      cacheRead: sum('cacheRead'),
      cacheWrite5m: sum('cacheWrite5m'),
      cacheWrite1h: sum('cacheWrite1h'),
      output: sum('output'),
      reasoning: sum('reasoning'),
    },
    {
      webSearches: reader.read(
        fields(raw['server_tool_use'])['web_search_requests'],
        'web_search_requests',
      ),
      modes: modes(raw),
      faults: reader.faults,
    },
  );
}

function readTokens(raw: Readonly<Record<string, unknown>>, reader: CountReader) {
  const byLifetime = fields(raw['cache_creation']);
  const cacheWrites = splitCacheWrites(
    reader.read(raw['cache_creation_input_tokens'], 'cache_creation_input_tokens'),
    {
      short: reader.read(byLifetime['ephemeral_5m_input_tokens'], 'ephemeral_5m_input_tokens'),
      long: reader.read(byLifetime['ephemeral_1h_input_tokens'], 'ephemeral_1h_input_tokens'),
    },
    reader,
  );
  const output = reader.read(raw['output_tokens'], 'output_tokens');
  const thinking = fields(raw['output_tokens_details'])['thinking_tokens'];
  // What is billed is `output_tokens`; the details only tell how much of it was thinking.
  const reasoning = Math.min(reader.read(thinking, 'thinking_tokens'), output);
  return {
    input: reader.read(raw['input_tokens'], 'input_tokens'),
    cacheRead: reader.read(raw['cache_read_input_tokens'], 'cache_read_input_tokens'),
    ...cacheWrites,
    output: output - reasoning,
    reasoning,
  };
}

function modes({ speed, inference_geo: geo }: Readonly<Record<string, unknown>>): string[] {
  const fast = typeof speed === 'string' && speed !== 'standard' ? [speed] : [];
  if (STANDARD_GEOS.has(geo) || typeof geo !== 'string') return fast;
  return [...fast, `geo:${geo.toLowerCase()}`];
}
