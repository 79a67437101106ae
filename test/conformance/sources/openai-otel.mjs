import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { OpenAIInstrumentation } from '@opentelemetry/instrumentation-openai';
import { createRequire } from 'node:module';

export const title = '@opentelemetry/instrumentation-openai: chat, responses, embeddings';
export const packages = ['@opentelemetry/instrumentation-openai', 'openai'];

export async function run({ url, tracerProvider, loggerProvider }) {
  const instrumentation = new OpenAIInstrumentation({ captureMessageContent: true });
  registerInstrumentations({ tracerProvider, loggerProvider, instrumentations: [instrumentation] });
  const { default: OpenAI } = createRequire(import.meta.url)('openai');
  const client = new OpenAI({ apiKey: 'key', baseURL: `${url}/v1`, maxRetries: 0 });
  const ask = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: '2 + 2?' }] };
  await client.chat.completions.create(ask);
  const streamed = { ...ask, stream: true, stream_options: { include_usage: true } };
  for await (const _ of await client.chat.completions.create(streamed));
  await client.responses.create({ model: 'gpt-4o-mini', input: '2 + 2?' });
  await client.embeddings.create({ model: 'text-embedding-3-small', input: '2 + 2?' });
}
