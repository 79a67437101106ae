/** Role marks, separators and what else a provider puts around a message, with room to spare. */
const TOKENS_PER_MESSAGE = 16;
/** What a call has beside its messages. */
const TOKENS_PER_CALL = 64;

/**
 * More tokens than the texts can be: their bytes in UTF-8. The tokenizers of current models work on
 * bytes, and merge them: a token stands for one byte or more, never for less. English has about
 * four bytes a token, so the bound is some four times too high; input is the cheaper side of a
 * call, and the hold is settled to the truth when the answer is there.
 */
export function inputTokenBound(texts: readonly string[]): number {
  return texts.reduce(
    (sum, text) => sum + Buffer.byteLength(text) + TOKENS_PER_MESSAGE,
    TOKENS_PER_CALL,
  );
}
