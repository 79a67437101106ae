import { countTokens } from '../text.ts';
import { textOf, type Block, type CacheControl, type MessagesRequest } from './wire.ts';

/** Tokens of a request, as Anthropic bills them: each in one place. */
export interface InputUsage {
  readonly input_tokens: number;
  readonly cache_creation_input_tokens: number;
  readonly cache_read_input_tokens: number;
  readonly cache_creation: {
    readonly ephemeral_5m_input_tokens: number;
    readonly ephemeral_1h_input_tokens: number;
  };
}

/** Role marks that a message costs beside its text. */
const TOKENS_PER_MESSAGE = 3;

/** Which prefixes were sent before: a second request with the same one reads it from the cache. */
export class PromptCache {
  readonly #seen = new Set<string>();

  /** Enough for a demo; a real cache forgets by time. */
  static readonly CAPACITY = 10_000;

  usageOf(request: MessagesRequest): InputUsage {
    const { prefix, rest, control } = split(request);
    const counted = countTokens(rest) + request.messages.length * TOKENS_PER_MESSAGE;
    if (!control) return usage(counted, 0, 0, 0);
    const tokens = countTokens(prefix);
    if (this.#seen.has(prefix)) return usage(counted, tokens, 0, 0);
    if (this.#seen.size < PromptCache.CAPACITY) this.#seen.add(prefix);
    return control.ttl === '1h' ? usage(counted, 0, 0, tokens) : usage(counted, 0, tokens, 0);
  }
}

/** Everything up to the last block marked for the cache is the cached prefix. */
function split(request: MessagesRequest) {
  const blocks: Block[] = [
    ...blocksOf(request.system),
    ...request.messages.flatMap(({ content }) => blocksOf(content)),
  ];
  const last = blocks.findLastIndex((block) => block.cache_control !== undefined);
  const control: CacheControl | undefined = blocks[last]?.cache_control;
  return {
    prefix: textOf(blocks.slice(0, last + 1)),
    rest: textOf(blocks.slice(last + 1)),
    control,
  };
}

function blocksOf(content: string | readonly Block[] | undefined): readonly Block[] {
  if (content === undefined) return [];
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content;
}

function usage(input: number, read: number, fiveMinutes: number, oneHour: number): InputUsage {
  return {
    input_tokens: input,
    cache_creation_input_tokens: fiveMinutes + oneHour,
    cache_read_input_tokens: read,
    cache_creation: {
      ephemeral_5m_input_tokens: fiveMinutes,
      ephemeral_1h_input_tokens: oneHour,
    },
  };
}
