import { PROVIDER_NAMES } from '../conventions/index.js';
import { providerOf } from '../pricing/index.js';
import { otelProviderName } from '../pricing/index.js';

/**
 * The provider in the words of the conventions: as the span says it, in whatever spelling, else as
 * the model tells. A name that nobody knows stays: it may have prices of the user's own.
 *
 * @example providerName('anthropic.messages', undefined) // 'anthropic'
 */
export function providerName(said: string | undefined, model: string | undefined): string {
  if (said === undefined) return (model && providerOf(model)) ?? 'unknown';
  if (PROVIDER_NAMES.has(said)) return said;
  // The Vercel AI SDK adds the API: `openai.responses`, `google.vertex.chat`.
  const api = said.lastIndexOf('.');
  const withoutApi = api > 0 ? otelProviderName(said.slice(0, api)) : undefined;
  return withoutApi ?? otelProviderName(said) ?? said;
}
