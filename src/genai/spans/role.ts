import {
  BILLABLE_OPERATIONS,
  KIND_OF_OPERATION,
  Operation,
  Own,
  GenAi,
  type SpanKindName,
} from '../conventions/index.js';
import type { SdkSpan } from './sdk-types.js';

/** What a span is, whoever made it. */
export interface Role {
  readonly kind: SpanKindName | undefined;
  /** An operation that a provider bills: the only spans that are ever priced. */
  readonly billable: boolean;
  /** In the words of the newest conventions. */
  readonly operation: string | undefined;
}

const role = (kind?: SpanKindName, operation?: string): Role => ({
  kind,
  operation,
  billable: operation !== undefined && BILLABLE_OPERATIONS.has(operation),
});

const NONE = role();
const CHAT = role('llm', Operation.chat);
const COMPLETION = role('llm', Operation.textCompletion);
const EMBEDDINGS = role('llm', Operation.embeddings);
const TOOL = role('tool', Operation.executeTool);
const AGENT = role('agent', Operation.invokeAgent);
const WORKFLOW = role('workflow', Operation.invokeWorkflow);
const RETRIEVER = role('retriever', Operation.retrieval);
const CHAIN = role('chain');
const PROMPT = role('prompt');

const BY_OPERATION = new Map<string, Role>([
  ...Object.entries(KIND_OF_OPERATION).map(([name, kind]): [string, Role] => [
    name,
    role(kind, name),
  ]),
  // The Python SDK's and older spellings.
  ['chat.completions', CHAT],
  ['completion', COMPLETION],
  ['text.completion', COMPLETION],
  ['embedding', EMBEDDINGS],
  ['tool.call', TOOL],
  ['agent_step', CHAIN],
]);

const BY_OWN_KIND = new Map<string, Role>([
  ['llm', CHAT],
  ['tool', TOOL],
  ['agent', AGENT],
  ['workflow', WORKFLOW],
  ['retriever', RETRIEVER],
  ['chain', CHAIN],
  ['prompt', PROMPT],
]);

const BY_OPENINFERENCE_KIND = new Map<string, Role>([
  ['LLM', CHAT],
  ['EMBEDDING', EMBEDDINGS],
  ['TOOL', TOOL],
  ['AGENT', AGENT],
  ['CHAIN', CHAIN],
  ['RETRIEVER', RETRIEVER],
  ['RERANKER', RETRIEVER],
  ['PROMPT', PROMPT],
  ['GUARDRAIL', CHAIN],
  ['EVALUATOR', CHAIN],
]);

const BY_TRACELOOP_KIND = new Map<string, Role>([
  ['workflow', WORKFLOW],
  ['task', CHAIN],
  ['agent', AGENT],
  ['tool', TOOL],
]);

const BY_LANGFUSE_TYPE = new Map<string, Role>([
  ['generation', CHAT],
  ['embedding', EMBEDDINGS],
  ['tool', TOOL],
  ['agent', AGENT],
  ['chain', CHAIN],
  ['span', CHAIN],
  ['retriever', RETRIEVER],
  ['evaluator', CHAIN],
  ['guardrail', CHAIN],
]);

/** OpenLLMetry before it took the conventions' operation names. */
const BY_REQUEST_TYPE = new Map<string, Role>([
  ['chat', CHAT],
  ['completion', COMPLETION],
  ['embedding', EMBEDDINGS],
  ['rerank', RETRIEVER],
]);

/** The Vercel AI SDK's older spans: `ai.generateText` repeats the usage of its `.doGenerate`. */
function ofAiSdk(operationId: string): Role {
  if (/\.do(Generate|Stream)$/.test(operationId)) return CHAT;
  if (operationId.endsWith('.doEmbed')) return EMBEDDINGS;
  return operationId === 'ai.toolCall' ? TOOL : CHAIN;
}

/**
 * The role of a span by the attributes it has now. An own kind other than `llm` overrules an
 * operation: a chain that returns a model's answer is not a second call of the model.
 */
export function roleOf({ attributes }: Pick<SdkSpan, 'attributes'>): Role {
  const found = (key: string, table: ReadonlyMap<string, Role>): Role | undefined => {
    const value = attributes[key];
    return typeof value === 'string' ? table.get(value) : undefined;
  };
  const own = found(Own.spanKind, BY_OWN_KIND);
  if (own && own.kind !== 'llm') return own;

  const operation = attributes[GenAi.operationName];
  // An operation we have no name for (reading a memory, fetching a response) is never billed.
  if (typeof operation === 'string') return BY_OPERATION.get(operation) ?? NONE;

  const aiSdk = attributes['ai.operationId'];
  return (
    found('openinference.span.kind', BY_OPENINFERENCE_KIND) ??
    (typeof aiSdk === 'string' ? ofAiSdk(aiSdk) : undefined) ??
    found('langfuse.observation.type', BY_LANGFUSE_TYPE) ??
    found('traceloop.span.kind', BY_TRACELOOP_KIND) ??
    found('llm.request.type', BY_REQUEST_TYPE) ??
    own ??
    (saysModelAndUsage(attributes) ? CHAT : NONE)
  );
}

/** A span by hand with the oldest names: a model and its tokens, and no word on the operation. */
function saysModelAndUsage(attributes: SdkSpan['attributes']): boolean {
  const model = attributes[GenAi.requestModel] ?? attributes[GenAi.responseModel];
  const tokens =
    attributes[GenAi.inputTokens] ??
    attributes['gen_ai.usage.prompt_tokens'] ??
    attributes[GenAi.outputTokens] ??
    attributes['gen_ai.usage.completion_tokens'];
  return model !== undefined && tokens !== undefined;
}
