import { cloudOf } from './model-id.js';
import { otelProviderName } from './provider-names.js';

/** Families by the whole first word of a model's name, so that `proto1-x` is not an `o1`. */
const FAMILIES: ReadonlyArray<readonly [RegExp, string]> = [
  [/^claude(?![a-z])/, 'anthropic'],
  [/^(?:chat)?gpt-|^o\d(?![\w.])/, 'openai'],
  [/^(?:text-embedding-(?:3|ada)|dall-e|whisper|tts|davinci|babbage|codex|omni)(?:-|$)/, 'openai'],
  [/^gemini(?![a-z])/, 'gcp.gemini'],
  [/^llama(?![a-z])/, 'meta'],
  [
    /^(?:open-)?(?:mistral|mixtral|ministral|codestral|devstral|magistral|pixtral|voxtral)(?![a-z])/,
    'mistral_ai',
  ],
  [/^grok(?![a-z])/, 'x_ai'],
  [/^deepseek(?![a-z])/, 'deepseek'],
  [/^command(?![a-z])/, 'cohere'],
  [/^(?:kimi|moonshot)(?![a-z])/, 'moonshot_ai'],
  [/^sonar(?![a-z])/, 'perplexity'],
];

/**
 * The provider that a model id tells, for calls whose provider is not reported. A provider or a
 * cloud in the id beats the model's maker: `azure/gpt-4o` is Azure's.
 *
 * @returns OpenTelemetry's `gen_ai.provider.name`, or undefined when the id does not tell
 * @example
 * providerOf('o3-mini') // 'openai'
 * providerOf('us.anthropic.claude-sonnet-4-5-20250929-v1:0') // 'aws.bedrock'
 * providerOf('proto1-x') // undefined
 */
export function providerOf(model: string): string | undefined {
  const id = model.trim().toLowerCase();
  const cloud = cloudOf(id);
  if (cloud) return cloud;
  const slash = id.indexOf('/');
  const prefix = slash > 0 ? otelProviderName(id.slice(0, slash)) : undefined;
  if (prefix) return prefix;
  const name = id.slice(id.lastIndexOf('/') + 1).replace(/^ft:/, '');
  return FAMILIES.find(([family]) => family.test(name))?.[1];
}
