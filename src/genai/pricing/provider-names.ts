import { findProvider, type Provider } from '@pydantic/genai-prices';

/** One provider: its `gen_ai.provider.name`, its id in the price catalogue, other names in use. */
interface ProviderNames {
  readonly otel: string;
  readonly catalogue?: string;
  readonly aliases?: readonly string[];
}

/**
 * Names that differ between OpenTelemetry, the catalogue and the SDKs and gateways that put them
 * into model ids. Providers that everyone calls the same need no line.
 */
const PROVIDERS: readonly ProviderNames[] = [
  { otel: 'openai', catalogue: 'openai' },
  { otel: 'anthropic', catalogue: 'anthropic' },
  {
    otel: 'azure.ai.openai',
    catalogue: 'azure',
    aliases: ['azure', 'azure.openai', 'az.ai.openai'],
  },
  {
    otel: 'azure.ai.inference',
    catalogue: 'azure',
    aliases: ['azure.ai', 'az.ai.inference'],
  },
  {
    otel: 'aws.bedrock',
    catalogue: 'aws',
    aliases: ['aws', 'bedrock', 'bedrock.converse', 'amazon', 'amazon.bedrock'],
  },
  {
    otel: 'gcp.gemini',
    catalogue: 'google',
    aliases: ['gemini', 'google', 'google.generative.ai', 'google.genai', 'google.ai'],
  },
  {
    otel: 'gcp.vertex_ai',
    catalogue: 'google',
    aliases: ['vertex.ai', 'vertex', 'google.vertex', 'google.vertex.ai'],
  },
  { otel: 'gcp.gen_ai', catalogue: 'google' },
  { otel: 'x_ai', catalogue: 'x-ai' },
  { otel: 'mistral_ai', catalogue: 'mistral', aliases: ['mistral'] },
  { otel: 'moonshot_ai', catalogue: 'moonshotai', aliases: ['moonshot'] },
  { otel: 'perplexity', catalogue: 'perplexity', aliases: ['perplexity.ai'] },
  { otel: 'cohere', catalogue: 'cohere', aliases: ['cohere.chat'] },
  { otel: 'together', catalogue: 'together', aliases: ['together.ai'] },
  { otel: 'fireworks', catalogue: 'fireworks', aliases: ['fireworks.ai'] },
  // Models on one's own machines: whatever the model, a vendor's price is not theirs.
  { otel: 'ollama' },
  { otel: 'vllm', aliases: ['hosted.vllm'] },
  { otel: 'lm_studio' },
  { otel: 'meta' },
];

/** Of providers with one name in the catalogue, as Google's are, the first in the list has it. */
const BY_NAME: ReadonlyMap<string, ProviderNames> = new Map(
  PROVIDERS.flatMap((names) =>
    [names.otel, ...(names.catalogue ? [names.catalogue] : []), ...(names.aliases ?? [])].map(
      (name) => [plain(name), names] as const,
    ),
  ).toReversed(),
);

/** `x_ai`, `x-ai` and `xAI` are one name. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[\s._-]/g, '');
}

/**
 * The catalogue's provider of that name. Only by exact name: the catalogue's own search would take
 * `my-openai-proxy` for OpenAI.
 */
export function catalogueProvider(name: string): Provider | undefined {
  const known = knownProvider(name);
  const id = known ? known.catalogue : name.toLowerCase();
  const found = id === undefined ? undefined : findProvider({ providerId: id });
  return found?.id === id ? found : undefined;
}

/** One spelling for each provider, to compare names by. */
export function canonicalProvider(name: string): string {
  const known = knownProvider(name);
  return known ? (known.catalogue ?? known.otel) : plain(name);
}

export function isKnownProvider(name: string): boolean {
  return knownProvider(name) !== undefined || catalogueProvider(name) !== undefined;
}

/** The `gen_ai.provider.name` of a name that is surely a provider's, as in `azure/gpt-4o`. */
export function otelProviderName(name: string): string | undefined {
  return BY_NAME.get(plain(name))?.otel ?? catalogueProvider(name)?.id;
}

/** Some SDKs add the API to the name: `openai.responses`, `google.vertex.chat`. */
function knownProvider(name: string): ProviderNames | undefined {
  return BY_NAME.get(plain(name)) ?? BY_NAME.get(plain(name.replace(/\.[^.]*$/, '')));
}
