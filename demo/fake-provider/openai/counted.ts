import type { Composed, Prompt } from '../compose.ts';
import { countTokens } from '../text.ts';
import type { PrefixCache } from './prefix-cache.ts';

/** Role marks that a message costs beside its text. */
const TOKENS_PER_MESSAGE = 3;

/** Tokens as OpenAI counts them: what is cached is a part of the input, reasoning of the output. */
export interface Counted {
  readonly input: number;
  readonly cached: number;
  readonly output: number;
  readonly reasoning: number;
}

export function count(prompt: Prompt, composed: Composed, cache: PrefixCache): Counted {
  return {
    input: countInput(prompt),
    cached: cache.read(textOf(prompt)),
    output: composed.tokens + composed.thoughts,
    reasoning: composed.thoughts,
  };
}

export function countInput(prompt: Prompt): number {
  return countTokens(textOf(prompt)) + prompt.said.length * TOKENS_PER_MESSAGE;
}

function textOf({ said }: Prompt): string {
  return said.map(({ text }) => text).join('\n');
}
