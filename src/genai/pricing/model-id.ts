import { canonicalProvider, isKnownProvider } from './provider-names.js';

/** A date, or a date and a version, at the end of an id: a snapshot of the model before it. */
const SNAPSHOT =
  /-20\d\d-\d\d-\d\d$|-20\d{6}(?:-v\d+(?::\d+)*(?::\d+k)?)?$|(?:-v\d+)?@(?:20\d{6}|default|latest)$/;

/**
 * What else may follow the name that the catalogue's rule matched: first versions (`-v1:0`),
 * `-001`, short dates, previews, fine-tuned copies. Not enough to drop it from an id that no rule
 * matches: `davinci-002` is not `davinci`.
 */
const VARIANT =
  /-v1$|:\d+k?$|:latest$|-00\d$|-(?:\d\d-\d\d|\d\d-20\d\d|\d{4}|latest|preview|exp|experimental|beta)$|\.ft-[^.]+$|(?<=^ft:[^:]+):.*$/;

/** Region and vendor before a model's name: `us.anthropic.`, `meta-llama/`, `accounts/x/models/`. */
const VENDOR = /^(?:@?[a-z_-]+(?:\d\d)?[./])*/;

/** Cloud paths that end in a model id: Vertex's, Gemini's, Bedrock's ARNs. */
const CLOUD_PATH = /^(?:arn:[^/]*|(?:.*\/)?models)\/([^/]+)$/;

/** Bedrock's ids name region and vendor before the model. */
const BEDROCK =
  /^(?:arn:aws[^:]*:bedrock:|(?:(?:us|us-gov|eu|apac|ap|au|jp|ca|sa|in|global)\.)?(?:ai21|amazon|anthropic|cohere|deepseek|google|meta|minimax|mistral|moonshot|moonshotai|nvidia|openai|qwen|stability|twelvelabs|writer|zai)\.[a-z])/;

/** Vertex AI: `publishers/google/models/…`, and Claude with an `@version`. */
const VERTEX = /^(?:projects\/.+\/)?publishers\/|^claude-[^/]*@/;

/** The cloud whose form a model id (in lower case) has, as its `gen_ai.provider.name`. */
export function cloudOf(id: string): string | undefined {
  if (BEDROCK.test(id)) return 'aws.bedrock';
  return VERTEX.test(id) ? 'gcp.vertex_ai' : undefined;
}

/** The id without its date: what `claude-haiku-4-5-20251001` and `claude-haiku-4-5` share. */
export function baseModel(id: string): string {
  return strip(id, [SNAPSHOT]);
}

/**
 * Whether the part of the id that a rule of the catalogue matched is all that tells the model;
 * `claude-sonnet-5` is not all of `claude-sonnet-5-5`, but is of `claude-sonnet-5-20260501`.
 */
export function coversModel(id: string, start: number, end: number): boolean {
  const vendor = VENDOR.exec(id)?.[0].length ?? 0;
  return start <= vendor && end >= strip(id, [SNAPSHOT, VARIANT]).length;
}

/** A model id, and the provider to look it up with. */
export interface ModelName {
  readonly provider: string;
  readonly id: string;
}

/**
 * The ways to read a model id, the plainest first: as it is, without the cloud's path, without the
 * provider that gateways put before it (`azure/gpt-4o`), which then is the provider to ask. Last as
 * the cloud's whose form it has: Anthropic's SDK calls itself `anthropic` on Bedrock as well.
 */
export function readings(provider: string, model: string): ModelName[] {
  const id = model.trim().toLowerCase();
  const found: ModelName[] = [{ provider, id }];
  const path = CLOUD_PATH.exec(id)?.[1];
  if (path) found.push({ provider, id: path });
  const slash = id.indexOf('/');
  const prefix = id.slice(0, Math.max(slash, 0));
  if (prefix && isKnownProvider(prefix) && mayRouteTo(prefix, provider)) {
    found.push({ provider: prefix, id: id.slice(slash + 1) });
  }
  const cloud = cloudOf(id);
  if (cloud) found.push({ provider: cloud, id });
  return found;
}

/**
 * Whether a provider in the model id is who serves the call. At a host of open models it is not:
 * its `openai/gpt-oss-120b` is a name. Gateways are called through OpenAI's SDK, or by their own
 * name, which the catalogue does not know.
 */
function mayRouteTo(prefix: string, provider: string): boolean {
  const host = canonicalProvider(provider);
  return host === canonicalProvider(prefix) || host === 'openai' || !isKnownProvider(provider);
}

function strip(id: string, suffixes: readonly RegExp[]): string {
  let stripped = id;
  for (;;) {
    const shorter = suffixes.reduce((text, suffix) => text.replace(suffix, ''), stripped);
    if (shorter === stripped || shorter === '') return stripped;
    stripped = shorter;
  }
}
