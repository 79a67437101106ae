import Anthropic from '@anthropic-ai/sdk';
import { observe, startObservation, updateActiveObservation } from '@langfuse/tracing';

export const title = 'Langfuse: a generation by hand, and observe() around a call';
export const packages = ['@langfuse/tracing', '@anthropic-ai/sdk'];

export async function run({ url }) {
  const anthropic = new Anthropic({ apiKey: 'key', baseURL: url, openTelemetry: false });
  const ask = {
    model: 'claude-haiku-4-5',
    max_tokens: 100,
    messages: [{ role: 'user', content: '2 + 2?' }],
  };
  // Langfuse's own usage buckets are disjoint, named as the provider names them.
  const usageDetails = (usage) => ({
    input: usage.input_tokens,
    output: usage.output_tokens,
    cache_read_input_tokens: usage.cache_read_input_tokens,
    cache_creation_input_tokens: usage.cache_creation_input_tokens,
  });

  const generation = startObservation(
    'by hand',
    { model: ask.model, input: ask.messages },
    { asType: 'generation' },
  );
  const first = await anthropic.messages.create(ask);
  generation.update({ output: first.content, usageDetails: usageDetails(first.usage) }).end();

  const answer = observe(
    async () => {
      const message = await anthropic.messages.create(ask);
      updateActiveObservation(
        { model: message.model, usageDetails: usageDetails(message.usage) },
        { asType: 'generation' },
      );
      return message.content;
    },
    { name: 'answer', asType: 'generation' },
  );
  await observe(answer, { name: 'outer', asType: 'chain' })();
}
