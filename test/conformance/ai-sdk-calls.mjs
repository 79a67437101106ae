import { createAnthropic } from '@ai-sdk/anthropic';
import { generateText, jsonSchema, registerTelemetry, stepCountIs, streamText, tool } from 'ai';

/** What both recordings of the AI SDK do: one agent run of two model calls and a tool, one stream. */
export async function askWithTool(url, telemetry) {
  registerTelemetry(telemetry);
  const model = createAnthropic({ apiKey: 'key', baseURL: `${url}/v1` })('claude-haiku-4-5');
  const weather = tool({
    description: 'The weather in a city',
    inputSchema: jsonSchema({ type: 'object', properties: { city: { type: 'string' } } }),
    execute: async ({ city }) => `Snow in ${city}`,
  });
  await generateText({
    model,
    tools: { weather },
    prompt: 'The weather in Oslo?',
    stopWhen: stepCountIs(3),
    experimental_telemetry: { isEnabled: true, functionId: 'forecaster' },
  });
  const { textStream } = streamText({
    model,
    prompt: '2 + 2?',
    experimental_telemetry: { isEnabled: true, functionId: 'sums' },
  });
  for await (const _ of textStream);
}
