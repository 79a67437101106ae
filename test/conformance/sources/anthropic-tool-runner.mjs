import Anthropic from '@anthropic-ai/sdk';
import { betaTool } from '@anthropic-ai/sdk/helpers/beta/json-schema';

export const title = 'Anthropic SDK, its tool runner: two calls and a tool in one agent';
export const packages = ['@anthropic-ai/sdk'];

export async function run({ url }) {
  const client = new Anthropic({ apiKey: 'key', baseURL: url });
  const weather = betaTool({
    name: 'weather',
    description: 'The weather in a city',
    inputSchema: { type: 'object', properties: { city: { type: 'string' } } },
    run: ({ city }) => `Snow in ${city}`,
  });
  await client.beta.messages.toolRunner({
    model: 'claude-haiku-4-5',
    max_tokens: 100,
    messages: [{ role: 'user', content: 'The weather in Oslo?' }],
    tools: [weather],
  });
}
