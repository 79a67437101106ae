import Anthropic from '@anthropic-ai/sdk';

export const title = 'Anthropic SDK, its own tracing';
export const packages = ['@anthropic-ai/sdk'];

const MODEL = 'claude-haiku-4-5';
const ask = { model: MODEL, max_tokens: 100, messages: [{ role: 'user', content: '2 + 2?' }] };

export async function run({ url }) {
  const client = new Anthropic({ apiKey: 'key', baseURL: url, maxRetries: 0 });
  await client.messages.create(ask);
  for await (const _ of await client.messages.create({ ...ask, stream: true }));
  // Leaves the stream at its first event: the provider has said the input tokens, not the output.
  for await (const _ of await client.messages.create({ ...ask, stream: true })) break;
  await client.messages.create({ ...ask, model: 'no-such-model' }).catch(() => undefined);
}
