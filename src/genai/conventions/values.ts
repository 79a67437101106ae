/** What a span does, as `gen_ai.l9.span.kind` and `observe({ kind })` say it. */
export type SpanKindName = 'llm' | 'tool' | 'chain' | 'agent' | 'prompt' | 'workflow' | 'retriever';

/** The operations in `gen_ai.operation.name` that Spanledger knows by name. */
export const Operation = {
  chat: 'chat',
  generateContent: 'generate_content',
  textCompletion: 'text_completion',
  embeddings: 'embeddings',
  retrieval: 'retrieval',
  createAgent: 'create_agent',
  invokeAgent: 'invoke_agent',
  executeTool: 'execute_tool',
  invokeWorkflow: 'invoke_workflow',
  plan: 'plan',
} as const;

/** Operations that a provider bills by usage: the leaves. Agents and workflows only repeat their sums. */
export const BILLABLE_OPERATIONS: ReadonlySet<string> = new Set([
  Operation.chat,
  Operation.generateContent,
  Operation.textCompletion,
  Operation.embeddings,
]);

/** The kind of a span by its operation; operations not listed have none. */
export const KIND_OF_OPERATION: Readonly<Record<string, SpanKindName | undefined>> = {
  [Operation.chat]: 'llm',
  [Operation.generateContent]: 'llm',
  [Operation.textCompletion]: 'llm',
  [Operation.embeddings]: 'llm',
  [Operation.retrieval]: 'retriever',
  [Operation.createAgent]: 'agent',
  [Operation.invokeAgent]: 'agent',
  [Operation.executeTool]: 'tool',
  [Operation.invokeWorkflow]: 'workflow',
  [Operation.plan]: 'chain',
};

/** The operation of a span by its kind; `chain` and `prompt` are no operation of the conventions. */
export const OPERATION_OF_KIND: Readonly<Record<SpanKindName, string | undefined>> = {
  llm: Operation.chat,
  tool: Operation.executeTool,
  agent: Operation.invokeAgent,
  workflow: Operation.invokeWorkflow,
  retriever: Operation.retrieval,
  chain: undefined,
  prompt: undefined,
};

/**
 * What `spanledger.cost.status` says: a cost is whole, lacks a part whose price is not known, is
 * not known at all (never 0), or is truly nothing. `duplicate` is on a span whose call is priced on
 * another span.
 */
export type CostStatusValue = 'priced' | 'partial' | 'unpriced' | 'free' | 'duplicate';

/** The values of `gen_ai.provider.name` that the conventions list. */
export const PROVIDER_NAMES: ReadonlySet<string> = new Set([
  'openai',
  'gcp.gen_ai',
  'gcp.vertex_ai',
  'gcp.gemini',
  'anthropic',
  'cohere',
  'azure.ai.inference',
  'azure.ai.openai',
  'ibm.watsonx.ai',
  'aws.bedrock',
  'perplexity',
  'x_ai',
  'deepseek',
  'groq',
  'mistral_ai',
  'moonshot_ai',
]);
