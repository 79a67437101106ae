/*
 * Attributes that carry content, as the conventions and the known instrumentations spell them
 * (OpenInference, OpenLLMetry, Vercel AI SDK, Langfuse, OpenLIT, last9).
 */

const EXACT = new Set([
  'gen_ai.system_instructions',
  'gen_ai.prompt',
  'gen_ai.completion',
  'gen_ai.tool.definitions',
  'gen_ai.tool.call.arguments',
  'gen_ai.tool.call.result',
  'gen_ai.tool.arguments',
  'gen_ai.tool.result',
  'gen_ai.input',
  'gen_ai.output',
  'gen_ai.retrieval.query.text',
  'gen_ai.retrieval.documents',
  'gen_ai.reasoning',
  'input.value',
  'output.value',
  'llm.prompts',
  'llm.completions',
  'llm.function_call',
  'tool.parameters',
  'retrieval.documents',
  'traceloop.entity.input',
  'traceloop.entity.output',
  'langfuse.observation.input',
  'langfuse.observation.output',
  'langfuse.trace.input',
  'langfuse.trace.output',
  'ai.prompt',
  'ai.toolCall.args',
  'ai.toolCall.result',
  'ai.value',
  'ai.values',
  'ai.response.text',
  'ai.response.reasoning',
  'ai.response.object',
  'ai.response.toolCalls',
  'ai.result.text',
  'ai.result.object',
  'ai.result.toolCalls',
  'ai.schema',
]);

const BEGINNINGS = [
  'gen_ai.input.messages',
  'gen_ai.output.messages',
  'gen_ai.prompt.variable.',
  'gen_ai.content.',
  'llm.input_messages.',
  'llm.output_messages.',
  'llm.prompts.',
  'llm.completions.',
  'llm.prompt_template.',
  'llm.tools.',
  'llm.request.functions.',
  'retrieval.documents.',
  'reranker.input_documents.',
  'reranker.output_documents.',
  'embedding.embeddings.',
  'input.value.',
  'output.value.',
  'ai.prompt.',
  'ai.embedding',
  'function.arg.',
];

/** `gen_ai.prompt.0.content`, but not `gen_ai.prompt.name`. */
const INDEXED = /^gen_ai\.(?:prompt|completion)\.\d+\./;
/** Roles, ids, counts and types among them tell nothing of what was said. */
const TELLS_NOTHING =
  /\.(?:role|finish_reason|mime_type|length|truncated|sha256|message\.role|tool_call\.id|tool_calls\.\d+\.id)$/;

/** Names come again and again, and a look-up takes a tenth of the time. */
const judged = new Map<string, boolean>();
const MOST_JUDGED = 4_000;
const LONGEST_JUDGED = 128;

/** Whether an attribute, of a span, an event or a log record, carries content. */
export function isContent(key: string): boolean {
  let verdict = judged.get(key);
  if (verdict === undefined) {
    verdict = judge(key);
    if (judged.size < MOST_JUDGED && key.length <= LONGEST_JUDGED) judged.set(key, verdict);
  }
  return verdict;
}

function judge(key: string): boolean {
  if (EXACT.has(key)) return true;
  if (!INDEXED.test(key) && !BEGINNINGS.some((beginning) => key.startsWith(beginning)))
    return false;
  return key.startsWith('function.arg.') || !TELLS_NOTHING.test(key);
}
