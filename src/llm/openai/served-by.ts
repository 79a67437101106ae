/** Hosts of APIs of OpenAI's shape, and OpenTelemetry's names of who serves there. */
const HOSTS: ReadonlyArray<readonly [RegExp, string]> = [
  [/(^|\.)openai\.azure\.com$|\.services\.ai\.azure\.com$/, 'azure.ai.openai'],
  [/(^|\.)groq\.com$/, 'groq'],
  [/^generativelanguage\.googleapis\.com$/, 'gcp.gemini'],
  [/(^|\.)mistral\.ai$/, 'mistral_ai'],
  [/(^|\.)deepseek\.com$/, 'deepseek'],
  [/(^|\.)x\.ai$/, 'x_ai'],
  [/(^|\.)moonshot\.(ai|cn)$/, 'moonshot_ai'],
  [/(^|\.)perplexity\.ai$/, 'perplexity'],
  [/(^|\.)together\.(ai|xyz)$/, 'together'],
  [/(^|\.)fireworks\.ai$/, 'fireworks'],
  [/(^|\.)openrouter\.ai$/, 'openrouter'],
];

/** Whether the address is OpenAI's own; elsewhere not all of its API can be counted on. */
export function isOpenAi(baseUrl: string | undefined): boolean {
  return baseUrl === undefined || new URL(baseUrl).hostname === 'api.openai.com';
}

/**
 * Who serves at an address: prices are theirs, not OpenAI's. Of an unknown address it is OpenAI's
 * API as far as anyone can tell; a price file names what differs.
 */
export function servedBy(baseUrl: string | undefined): string {
  if (baseUrl === undefined) return 'openai';
  const { hostname } = new URL(baseUrl);
  return HOSTS.find(([host]) => host.test(hostname))?.[1] ?? 'openai';
}
