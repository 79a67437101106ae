import { createRequire } from 'node:module';

export const title = 'OpenLIT: Anthropic (an SDK older than its own tracing) and OpenAI';
export const packages = ['openlit', 'anthropic-before-tracing', 'openai'];

export async function run({ url, tracerProvider }) {
  const require = createRequire(import.meta.url);
  const instrumentationOf = (name) => {
    const { default: Instrumentation } = require(
      `./../node_modules/openlit/dist/instrumentation/${name}/index.js`,
    );
    const instrumentation = new Instrumentation();
    instrumentation.setTracerProvider(tracerProvider);
    return instrumentation;
  };
  require('./../node_modules/openlit/dist/config.js').default.updateConfig({
    disableMetrics: true,
    disableEvents: true,
  });
  const anthropicModule = require('anthropic-before-tracing');
  const openaiModule = require('openai');
  instrumentationOf('anthropic').manualPatch(anthropicModule);
  instrumentationOf('openai').manualPatch(openaiModule);

  const anthropic = new anthropicModule.Anthropic({ apiKey: 'key', baseURL: url });
  const ask = {
    model: 'claude-haiku-4-5',
    max_tokens: 100,
    messages: [{ role: 'user', content: '2 + 2?' }],
  };
  await anthropic.messages.create(ask);

  const openai = new openaiModule.OpenAI({ apiKey: 'key', baseURL: `${url}/v1` });
  await openai.chat.completions.create({ model: 'gpt-4o-mini', messages: ask.messages });
}
