import type { Random } from './random.ts';

/** One thing that was said. */
export interface Said {
  readonly role: string;
  readonly text: string;
}

const OPENINGS = [
  'Here is how I see it.',
  'Good question.',
  'In short:',
  'Let us take it step by step.',
  'There are two sides to this.',
] as const;

const SENTENCES = [
  (topic: string) =>
    `The first thing to look at is ${topic}, because everything else depends on it.`,
  (topic: string) => `Most teams underestimate ${topic} and pay for it later.`,
  (topic: string) => `With ${topic} in place, the rest becomes a matter of routine.`,
  (topic: string) => `Measure ${topic} before and after; a guess is not enough.`,
  (topic: string) => `If ${topic} turns out to be costly, begin with the smallest part of it.`,
  (topic: string) => `Experience shows that ${topic} gains most from being kept simple.`,
] as const;

const CLOSINGS = [
  'Tell me if you want more detail.',
  'That should be enough to start.',
  '',
] as const;

/** A plausible answer to what was said last; it knows what was said before. */
export function reply(said: readonly Said[], random: Random): string {
  const question = said.findLast(({ role }) => role === 'user')?.text ?? '';
  const remembered = recall(question, said);
  if (remembered) return remembered;
  const topics = topicsOf(question);
  const count = random.between(2, 5);
  const sentences = Array.from({ length: count }, () =>
    random.pick(SENTENCES)(random.pick(topics)),
  );
  return [random.pick(OPENINGS), ...sentences, random.pick(CLOSINGS)].filter(Boolean).join(' ');
}

/** `What is my name?` after `My name is Ada.`: a test can see that the history was received. */
function recall(question: string, said: readonly Said[]): string | undefined {
  const asked = /what is my (\w+)/i.exec(question)?.[1];
  if (!asked) return undefined;
  const told = new RegExp(`my ${asked} is ([^.!?\\n]+)`, 'i');
  const fact = said.map(({ text }) => told.exec(text)?.[1]).findLast(Boolean);
  return fact ? `Your ${asked} is ${fact.trim()}.` : `You have not told me your ${asked}.`;
}

/** The longer words of the question are what it is about. */
function topicsOf(question: string): readonly [string, ...string[]] {
  const words = question.slice(0, 2_000).match(/\p{L}{6,24}/gu) ?? [];
  const [first = 'this', ...rest] = [...new Set(words.map((word) => word.toLowerCase()))];
  return [first, ...rest.slice(0, 7)];
}

/** Tokens of a text: about four bytes each, at least one. */
export function countTokens(text: string): number {
  return Math.max(1, Math.ceil(Buffer.byteLength(text) / 4));
}
