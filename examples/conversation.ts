import Anthropic from '@anthropic-ai/sdk';
import { observeConversation } from 'spanledger/genai';
import { telemetry } from './telemetry.js';

const client = new Anthropic();
const history: Anthropic.MessageParam[] = [];

// Each call is a turn: its span carries the turn's number and, at its end, what it cost.
const answer = observeConversation(
  (_: string) => ({ id: 'conv_1', turn: history.length / 2 + 1, userId: 'ada' }),
  async (message: string) => {
    history.push({ role: 'user', content: message });
    const { content } = await client.messages.create({
      model: 'claude-haiku-4-5',
      max_tokens: 100,
      messages: history,
    });
    history.push({ role: 'assistant', content });
    return content.map((block) => (block.type === 'text' ? block.text : '')).join('');
  },
);

for (const message of ['My name is Ada.', 'What is my name?']) {
  console.log(`> ${message}\n${await answer(message)}`);
}

await telemetry.shutdown();
