/** Role marks, separators and what else a provider puts around a message, with room to spare. */
const TOKENS_PER_MESSAGE = 16;
/** What a call has beside its messages. */
const TOKENS_PER_CALL = 64;
/**
 * What a provider tells a model about tools in general, beside those that it is given. Anthropic
 * documents up to 530 tokens for Claude 3 ("Tool use pricing and tokens"), and newer models get
 * more; others do not tell. A few times the known figure.
 */
const TOKENS_FOR_TOOLS = 2_048;

/**
 * More tokens than the texts can be: their bytes in UTF-8. The tokenizers of current models work on
 * bytes, and merge them: a token stands for one byte or more, never for less. English has about
 * four bytes a token, so the bound is some four times too high; input is the cheaper side of a
 * call, and the hold is settled to the truth when the answer is there.
 */
export function inputTokenBound(texts: readonly string[], withTools = false): number {
  return texts.reduce(
    (sum, text) => sum + Buffer.byteLength(text) + TOKENS_PER_MESSAGE,
    TOKENS_PER_CALL + (withTools ? TOKENS_FOR_TOOLS : 0),
  );
}
