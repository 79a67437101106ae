import Anthropic from '@anthropic-ai/sdk';
import { observe, observeWorkflow, recordPrompt } from 'spanledger/genai';
import { trace } from '@opentelemetry/api';
import { telemetry } from './telemetry.js';

const HANDBOOK = [
  'Refunds are paid within 14 days of the return.',
  'Parcels above 30 kg go by freight.',
  'The warehouse is closed on Sundays.',
];
const TEMPLATE = 'Answer from these facts only:\n{facts}\n\nQuestion: {question}';

const client = new Anthropic();

// A span `retrieval handbook`; what is found is not recorded unless `captureOutput` asks for it.
const retrieve = observe({ kind: 'retriever', name: 'handbook' }, (question: string) => {
  const words = question.toLowerCase().match(/\w{4,}/g) ?? [];
  return HANDBOOK.filter((fact) => words.some((word) => fact.toLowerCase().includes(word)));
});

// A span `invoke_workflow rag`: at its end it carries calls, tools and cost of all beneath it.
const ask = observeWorkflow({ type: 'rag', userId: 'ada' }, async (question: string) => {
  const facts = retrieve(question);
  const span = trace.getActiveSpan();
  if (span) recordPrompt(span, { template: TEMPLATE, id: 'handbook', version: '1' });
  return client.messages.create({
    model: 'claude-haiku-4-5',
    max_tokens: 100,
    messages: [
      {
        role: 'user',
        content: TEMPLATE.replace('{facts}', facts.join('\n')).replace('{question}', question),
      },
    ],
  });
});

const { content } = await ask('When are refunds paid?');
console.log(content[0]?.type === 'text' ? content[0].text : content);

await telemetry.shutdown();
