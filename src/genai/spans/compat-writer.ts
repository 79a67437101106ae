import type { AttributeValue } from '@opentelemetry/api';
import { GenAi, OLD_SPELLINGS, OLD_TOTAL_TOKENS, type CompatSet } from '../conventions/index.js';
import { writeOldContent } from './content/index.js';
import type { SdkSpan } from './sdk-types.js';

/** Repeats what stands on a span in the older names of the sets asked for. */
export function writeOldSpellings(span: SdkSpan, sets: readonly CompatSet[]): void {
  const { attributes } = span;
  for (const set of sets) {
    for (const { canonical, old, convert } of OLD_SPELLINGS[set]) {
      const value = attributes[canonical];
      if (value === undefined || attributes[old] !== undefined) continue;
      span.setAttribute(
        old,
        (convert && typeof value === 'number' ? convert(value) : value) as AttributeValue,
      );
    }
    if (set === 'genai-legacy') writeTotalTokens(span);
    if (set === 'last9') writeOldContent(span);
  }
}

function writeTotalTokens(span: SdkSpan): void {
  const { [GenAi.inputTokens]: input, [GenAi.outputTokens]: output } = span.attributes;
  if (typeof input !== 'number') return;
  span.setAttribute(OLD_TOTAL_TOKENS, input + (typeof output === 'number' ? output : 0));
}
