import { CountReader, allAbsent, fields, isObject } from './counts.js';
import { nothingReported, splitCacheWrites, tokenUsage, withoutParts } from './split.js';
import type { TokenUsage } from './token-usage.js';

const MAIN_COUNTS = ['prompt_tokens', 'completion_tokens', 'input_tokens', 'output_tokens'];

/**
 * The usage of OpenAI's chat completions, responses and embeddings, and of the many APIs of the
 * same shape. Input *includes* what was read from and written to the cache, output includes
 * reasoning; xAI and Perplexity count reasoning beside the output, which is seen by their totals.
 *
 * @param raw `usage` of the answer, or of a stream's last chunk
 * @param toolUsage `tool_usage` of an answer of the responses API, which counts web searches
 */
export function openaiUsage(raw: unknown, toolUsage?: unknown): TokenUsage {
  if (!isObject(raw) || allAbsent(raw, MAIN_COUNTS)) return nothingReported();
  const reader = new CountReader();
  const inputKey = 'prompt_tokens' in raw ? 'prompt_tokens' : 'input_tokens';
  const outputKey = 'completion_tokens' in raw ? 'completion_tokens' : 'output_tokens';
  const inputDetails = fields(raw[`${inputKey}_details`]);
  const outputDetails = fields(raw[`${outputKey}_details`]);
  const totalInput = reader.read(raw[inputKey], inputKey);
  const totalOutput = reader.read(raw[outputKey], outputKey);
  const cached =
    inputDetails['cached_tokens'] ?? raw['cached_tokens'] ?? raw['prompt_cache_hit_tokens'];
  const cacheRead = reader.read(cached, 'cached_tokens');
  const cacheWrites = readCacheWrites(inputDetails, reader);
  const reasoning = reader.read(
    outputDetails['reasoning_tokens'] ?? raw['reasoning_tokens'],
    'reasoning_tokens',
  );
  const reasoningIsApart = raw['total_tokens'] === totalInput + totalOutput + reasoning;
  const input = withoutParts(
    totalInput,
    cacheRead + cacheWrites.cacheWrite5m + cacheWrites.cacheWrite1h,
  );
  const output = reasoningIsApart ? totalOutput : withoutParts(totalOutput, reasoning);
  noteBilledApart(raw, toolUsage, reader);
  return tokenUsage(
    { input, cacheRead, ...cacheWrites, output, reasoning },
    {
      webSearches: readWebSearches(raw, toolUsage, reader),
      modalities: {
        inputAudio: reader.read(inputDetails['audio_tokens'], 'audio_tokens'),
        inputImage: reader.read(inputDetails['image_tokens'], 'image_tokens'),
        inputVideo: 0,
        cacheReadAudio: 0,
        cacheReadImage: 0,
        outputAudio: reader.read(outputDetails['audio_tokens'], 'audio_tokens'),
        outputImage: reader.read(outputDetails['image_tokens'], 'image_tokens'),
        outputVideo: 0,
      },
      faults: reader.faults,
    },
  );
}

function readCacheWrites(inputDetails: Readonly<Record<string, unknown>>, reader: CountReader) {
  const byLifetime = fields(inputDetails['cache_write_tokens_details']);
  return splitCacheWrites(
    reader.read(inputDetails['cache_write_tokens'], 'cache_write_tokens'),
    {
      short: reader.read(byLifetime['ttl_30m_tokens'], 'ttl_30m_tokens'),
      long: reader.read(byLifetime['ttl_12h_tokens'], 'ttl_12h_tokens'),
    },
    reader,
  );
}

/** OpenAI has the count beside the usage, Perplexity in it. */
function readWebSearches(
  raw: Readonly<Record<string, unknown>>,
  toolUsage: unknown,
  reader: CountReader,
): number {
  const { num_requests: requests } = fields(fields(toolUsage)['web_search']);
  return (
    reader.read(requests, 'web_search.num_requests') +
    reader.read(raw['num_search_queries'], 'num_search_queries')
  );
}

/** Tokens that are billed by a price of their own, which no bucket stands for. */
function noteBilledApart(
  raw: Readonly<Record<string, unknown>>,
  toolUsage: unknown,
  reader: CountReader,
): void {
  if (reader.read(raw['citation_tokens'], 'citation_tokens') > 0) {
    reader.faults.push('citation tokens are billed apart');
  }
  const { total_tokens: imageTokens } = fields(fields(toolUsage)['image_gen']);
  if (reader.read(imageTokens, 'image_gen.total_tokens') > 0) {
    reader.faults.push('tokens of generated images are billed apart');
  }
}
