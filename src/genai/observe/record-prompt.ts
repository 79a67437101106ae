import { createHash } from 'node:crypto';
import type { Span } from '@opentelemetry/api';
import { GenAi, Own } from '../conventions/index.js';
import { capture } from './capture.js';
import { recordSafely } from './record-safely.js';

/** A template that prompts are made of. */
export interface PromptTemplate {
  /** With its placeholders, before anything of a user is put in. */
  readonly template: string;
  readonly name?: string;
  readonly id?: string;
  readonly version?: string;
}

/**
 * Writes which version of a prompt template was used. The text itself is written up to 10,000
 * characters; the hash is of all of it. Never throws.
 *
 * @returns the first 16 hexadecimal digits of the template's SHA-256, as the Python SDK has it
 */
export function recordPrompt(span: Span, { template, name, id, version }: PromptTemplate): string {
  const text = capture(template, Infinity);
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
  recordSafely(() =>
    span.setAttributes({
      [Own.promptTemplate]: capture(text),
      [Own.promptHash]: hash,
      [Own.promptTemplateId]: id,
      [GenAi.promptName]: name,
      [GenAi.promptVersion]: version,
    }),
  );
  return hash;
}
