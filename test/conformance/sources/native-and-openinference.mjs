import { AnthropicInstrumentation } from '@arizeai/openinference-instrumentation-anthropic';
import Anthropic from '@anthropic-ai/sdk';

export const title = "One call seen twice: the Anthropic SDK's own tracing inside OpenInference";
export const packages = ['@arizeai/openinference-instrumentation-anthropic', '@anthropic-ai/sdk'];

export async function run({ url, tracerProvider }) {
  new AnthropicInstrumentation({ tracerProvider }).manuallyInstrument(Anthropic);
  const anthropic = new Anthropic({ apiKey: 'key', baseURL: url });
  const ask = {
    model: 'claude-haiku-4-5',
    max_tokens: 100,
    messages: [{ role: 'user', content: '2 + 2?' }],
  };
  await anthropic.messages.create(ask);
  for await (const _ of await anthropic.messages.create({ ...ask, stream: true }));
}
