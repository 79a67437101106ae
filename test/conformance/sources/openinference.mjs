import { AnthropicInstrumentation } from '@arizeai/openinference-instrumentation-anthropic';
import { OpenAIInstrumentation } from '@arizeai/openinference-instrumentation-openai';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';

export const title = "OpenInference: Anthropic (the SDK's own tracing off) and OpenAI";
export const packages = [
  '@arizeai/openinference-instrumentation-anthropic',
  '@arizeai/openinference-instrumentation-openai',
  '@anthropic-ai/sdk',
  'openai',
];

export async function run({ url, tracerProvider }) {
  new AnthropicInstrumentation({ tracerProvider }).manuallyInstrument(Anthropic);
  new OpenAIInstrumentation({ tracerProvider }).manuallyInstrument(OpenAI);
  const anthropic = new Anthropic({ apiKey: 'key', baseURL: url, openTelemetry: false });
  const ask = {
    model: 'claude-haiku-4-5',
    max_tokens: 100,
    messages: [{ role: 'user', content: '2 + 2?' }],
  };
  await anthropic.messages.create(ask);
  for await (const _ of await anthropic.messages.create({ ...ask, stream: true }));

  const openai = new OpenAI({ apiKey: 'key', baseURL: `${url}/v1` });
  await openai.chat.completions.create({ model: 'gpt-4o-mini', messages: ask.messages });
  await openai.responses.create({ model: 'gpt-4o-mini', input: '2 + 2?' });
  await openai.embeddings.create({ model: 'text-embedding-3-small', input: '2 + 2?' });
}
