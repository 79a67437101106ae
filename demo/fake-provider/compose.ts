import type { Random } from './random.ts';
import { countTokens, reply, type Said } from './text.ts';
import { toolInput, type JsonSchema } from './tool-input.ts';

/** What any vendor's request asks for. */
export interface Prompt {
  readonly said: readonly Said[];
  readonly tools: readonly Tool[];
  readonly toolChoice: 'auto' | 'none' | 'any' | { readonly name: string };
  /** The last message is a tool's result. */
  readonly hasToolResult: boolean;
  /** Most tokens of output, thinking included. */
  readonly maxTokens: number;
  readonly thinks: boolean;
}

export interface Tool {
  readonly name: string;
  readonly schema?: JsonSchema;
}

/** What is answered, before it takes a vendor's form. */
export interface Composed {
  readonly stop: 'end' | 'length' | 'tool';
  readonly text?: string;
  readonly toolCall?: { readonly name: string; readonly input: unknown };
  /** Tokens of thinking. */
  readonly thoughts: number;
  /** Tokens of output without thinking. */
  readonly tokens: number;
}

/** @param words how many words the answer has; as many as it takes when undefined */
export function compose(prompt: Prompt, words: number | undefined, random: Random): Composed {
  const thoughts = prompt.thinks ? random.between(20, 120) : 0;
  const toolCall = callOf(prompt, random);
  if (toolCall) {
    return { stop: 'tool', toolCall, thoughts, tokens: countTokens(JSON.stringify(toolCall)) };
  }
  const whole = ofLength(reply(prompt.said, random), words);
  const most = Math.max(1, prompt.maxTokens - thoughts);
  const tokens = countTokens(whole);
  return tokens <= most
    ? { stop: 'end', text: whole, thoughts, tokens }
    : { stop: 'length', text: whole.slice(0, most * 4), thoughts, tokens: most };
}

/** A tool is used when the request insists on it, or the user's last words name it. */
function callOf(prompt: Prompt, random: Random): Composed['toolCall'] {
  const { tools, toolChoice: choice, hasToolResult, said } = prompt;
  if (choice === 'none' || hasToolResult) return undefined;
  const words = said.at(-1)?.text ?? '';
  const wanted =
    typeof choice === 'object'
      ? tools.find(({ name }) => name === choice.name)
      : (tools.find(({ name }) => words.includes(name)) ??
        (choice === 'any' ? tools[0] : undefined));
  return wanted && { name: wanted.name, input: toolInput(wanted.schema, words, random) };
}

/** The text cut or repeated to so many words. */
function ofLength(text: string, words: number | undefined): string {
  if (words === undefined) return text;
  const given = text.split(' ');
  return Array.from({ length: words }, (_, n) => given[n % given.length]).join(' ');
}

/** What a stream sends one by one: words, each with the space before it. */
export function pieces(text: string): string[] {
  return text.match(/\s*\S+\s*$|\s*\S+/g) ?? (text === '' ? [] : [text]);
}
