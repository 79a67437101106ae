import Anthropic from '@anthropic-ai/sdk';
import { withConversation } from 'spanledger/genai';
import { telemetry } from './telemetry.js';

// The SDK traces itself: nothing is wrapped, and every call in the scope is priced and carries it.
const client = new Anthropic();

await withConversation({ id: 'conv_1', turn: 1, userId: 'ada' }, async () => {
  const answer = await client.messages.create({
    model: 'claude-haiku-4-5',
    max_tokens: 100,
    messages: [{ role: 'user', content: 'What is the capital of France?' }],
  });
  const [first] = answer.content;
  if (first?.type === 'text') console.log(first.text);
});

await telemetry.shutdown();
