import type { ModelRequest } from '../provider/model-provider.js';

/** English text has about four bytes a token; see the tokenizers' own documentation. */
const BYTES_PER_TOKEN = 4;
/** Role marks that a message costs beside its text. */
const TOKENS_PER_MESSAGE = 4;

/**
 * Output tokens of what was received: about four bytes each, and no fewer than there were pieces,
 * because a provider sends at least one token at a time.
 */
export function estimateOutput(pieces: number, bytes: number): number {
  return Math.max(pieces, Math.ceil(bytes / BYTES_PER_TOKEN));
}

/** Input tokens of a request that nobody counted. */
export function estimateInput({ messages, system = '' }: ModelRequest): number {
  const texts = [system, ...messages.map(({ content }) => content)];
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  return Math.ceil(bytes / BYTES_PER_TOKEN) + messages.length * TOKENS_PER_MESSAGE;
}
