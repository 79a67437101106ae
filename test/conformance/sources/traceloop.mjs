import { AnthropicInstrumentation } from '@traceloop/instrumentation-anthropic';
import { OpenAIInstrumentation } from '@traceloop/instrumentation-openai';
import { createRequire } from 'node:module';

export const title = 'OpenLLMetry: Anthropic (an SDK older than its own tracing) and OpenAI';
export const packages = [
  '@traceloop/instrumentation-anthropic',
  '@traceloop/instrumentation-openai',
  'anthropic-before-tracing',
  'openai',
];

export async function run({ url, tracerProvider }) {
  const require = createRequire(import.meta.url);
  const anthropicModule = require('anthropic-before-tracing');
  const { default: OpenAI } = require('openai');
  const forAnthropic = new AnthropicInstrumentation();
  forAnthropic.setTracerProvider(tracerProvider);
  forAnthropic.manuallyInstrument(anthropicModule);
  const forOpenAI = new OpenAIInstrumentation();
  forOpenAI.setTracerProvider(tracerProvider);
  forOpenAI.manuallyInstrument(OpenAI);

  const anthropic = new anthropicModule.Anthropic({ apiKey: 'key', baseURL: url });
  const ask = {
    model: 'claude-haiku-4-5',
    max_tokens: 100,
    messages: [{ role: 'user', content: '2 + 2?' }],
  };
  await anthropic.messages.create(ask);
  for await (const _ of await anthropic.messages.create({ ...ask, stream: true }));

  const openai = new OpenAI({ apiKey: 'key', baseURL: `${url}/v1` });
  await openai.chat.completions.create({ model: 'gpt-4o-mini', messages: ask.messages });
}
