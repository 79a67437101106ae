import Anthropic from '@anthropic-ai/sdk';
import { observeAgent, observeWorkflow } from 'spanledger/genai';
import { telemetry } from './telemetry.js';

const client = new Anthropic();

async function say(system: string, message: string): Promise<string> {
  const { content } = await client.messages.create({
    model: 'claude-haiku-4-5',
    max_tokens: 100,
    system,
    messages: [{ role: 'user', content: message }],
  });
  return content.map((block) => (block.type === 'text' ? block.text : '')).join('');
}

// What each agent spends is booked under its name; the run has the total of both.
const billing = observeAgent({ name: 'billing', version: '1' }, (message: string) =>
  say('You answer questions about invoices.', message),
);
const triage = observeAgent({ name: 'triage' }, async (message: string) => {
  const summary = await say('You sort mail. Say in one line what this is about.', message);
  // The hand-off: the inner agent's scope takes the place of the outer one, for its work only.
  return billing(`${summary}\n\n${message}`);
});
const support = observeWorkflow({ type: 'support', userId: 'ada' }, triage);

console.log(await support('My invoice of May shows the wrong address.'));

await telemetry.shutdown();
