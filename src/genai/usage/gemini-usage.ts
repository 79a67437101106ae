import { CountReader, allAbsent, fields, isObject } from './counts.js';
import { nothingReported, tokenUsage, withoutParts } from './split.js';
import type { TokenUsage } from './token-usage.js';

const MAIN_COUNTS = ['promptTokenCount', 'candidatesTokenCount', 'responseTokenCount'];

/**
 * The usage of Google's Gemini and Vertex AI. The prompt includes cached content but not what
 * tools put in; thoughts are counted beside the candidates.
 *
 * @param raw `usageMetadata` of the answer, or of a stream's last chunk
 */
export function geminiUsage(raw: unknown): TokenUsage {
  if (!isObject(raw) || allAbsent(raw, MAIN_COUNTS)) return nothingReported();
  const reader = new CountReader();
  const read = (key: string) => reader.read(raw[key], key);
  const cacheRead = read('cachedContentTokenCount');
  const prompt = modalitiesOf(raw['promptTokensDetails'], reader);
  const tools = modalitiesOf(raw['toolUsePromptTokensDetails'], reader);
  const cached = modalitiesOf(raw['cacheTokensDetails'], reader);
  const candidates = modalitiesOf(raw['candidatesTokensDetails'], reader);
  const uncached = (modality: Modality) =>
    withoutParts(prompt[modality], cached[modality]) + tools[modality];
  return tokenUsage(
    {
      input: withoutParts(read('promptTokenCount'), cacheRead) + read('toolUsePromptTokenCount'),
      cacheRead,
      cacheWrite5m: 0,
      cacheWrite1h: 0,
      // Live sessions say "response" where everything else says "candidates".
      output: read('candidatesTokenCount') + read('responseTokenCount'),
      reasoning: read('thoughtsTokenCount'),
    },
    {
      modalities: {
        inputAudio: uncached('audio'),
        inputImage: uncached('image'),
        inputVideo: uncached('video'),
        cacheReadAudio: cached.audio,
        cacheReadImage: cached.image,
        outputAudio: candidates.audio,
        outputImage: candidates.image,
        outputVideo: candidates.video,
      },
      faults: reader.faults,
    },
  );
}

type Modality = 'audio' | 'image' | 'video';

/** Documents are billed as images. */
const MODALITY_OF: ReadonlyMap<unknown, Modality> = new Map([
  ['AUDIO', 'audio'],
  ['IMAGE', 'image'],
  ['DOCUMENT', 'image'],
  ['VIDEO', 'video'],
]);

/** Sums a list of `{ modality, tokenCount }`; text is what the list leaves over. */
function modalitiesOf(details: unknown, reader: CountReader): Record<Modality, number> {
  const counts = { audio: 0, image: 0, video: 0 };
  for (const entry of Array.isArray(details) ? details.map(fields) : []) {
    const modality = MODALITY_OF.get(entry['modality']);
    if (modality) counts[modality] += reader.read(entry['tokenCount'], 'tokenCount');
  }
  return counts;
}
