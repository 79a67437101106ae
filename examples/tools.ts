import Anthropic from '@anthropic-ai/sdk';
import { observe, observeWorkflow } from 'spanledger/genai';
import { telemetry } from './telemetry.js';

const client = new Anthropic();
const TOOLS: Anthropic.Tool[] = [
  {
    name: 'weather',
    description: 'The weather of a city',
    input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
];

// A span `execute_tool weather` for each execution, with its arguments and its result, redacted.
const weather = observe(
  { kind: 'tool', name: 'weather', captureInput: true, captureOutput: true, content: 'redacted' },
  async ({ city }: { city?: string }) => `18 degrees and dry in ${city ?? 'the city'}`,
);

const answer = observeWorkflow({ type: 'tools' }, async (question: string) => {
  const messages: Anthropic.MessageParam[] = [{ role: 'user', content: question }];
  for (let round = 0; round < 5; round++) {
    const reply = await client.messages.create({
      model: 'claude-haiku-4-5',
      max_tokens: 200,
      tools: TOOLS,
      // The first answer calls the tool, the second one uses what it gave.
      tool_choice: { type: round === 0 ? 'any' : 'auto' },
      messages,
    });
    messages.push({ role: 'assistant', content: reply.content });
    const calls = reply.content.filter((block) => block.type === 'tool_use');
    if (calls.length === 0) return reply.content;
    const results = calls.map(async ({ id, input }) => ({
      type: 'tool_result' as const,
      tool_use_id: id,
      content: await weather(input as { city?: string }),
    }));
    messages.push({ role: 'user', content: await Promise.all(results) });
  }
  return [];
});

for (const block of await answer('Do I need an umbrella in Oslo?')) {
  if (block.type === 'text') console.log(block.text);
}

await telemetry.shutdown();
