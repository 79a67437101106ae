import OpenAI from 'openai';
import { observe, withConversation } from 'spanledger/genai';
import { telemetry } from './telemetry.js';

// This SDK does not trace itself. `observe` reads model, usage and finish reasons of its answers,
// streamed ones too; with @opentelemetry/instrumentation-openai installed, leave it out.
const client = new OpenAI();
const chat = observe({ kind: 'llm' }, (ask: OpenAI.ChatCompletionCreateParamsStreaming) =>
  client.chat.completions.create(ask),
);

await withConversation({ id: 'conv_1', turn: 1, userId: 'ada' }, async () => {
  const stream = await chat({
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content: 'What is the capital of France?' }],
    stream: true,
    // Without it OpenAI's streams do not tell their usage, and the call is unpriced.
    stream_options: { include_usage: true },
  });
  for await (const { choices } of stream) process.stdout.write(choices[0]?.delta.content ?? '');
  process.stdout.write('\n');
});

await telemetry.shutdown();
