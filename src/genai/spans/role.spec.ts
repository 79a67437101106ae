import { describe, expect, it } from 'vitest';
import { roleOf } from './role.js';

describe('roleOf', () => {
  it.each([
    [{ 'gen_ai.operation.name': 'chat' }, 'llm', true, 'chat'],
    [{ 'gen_ai.operation.name': 'generate_content' }, 'llm', true, 'generate_content'],
    [{ 'gen_ai.operation.name': 'embeddings' }, 'llm', true, 'embeddings'],
    [{ 'gen_ai.operation.name': 'text.completion' }, 'llm', true, 'text_completion'],
    [{ 'gen_ai.operation.name': 'retrieval' }, 'retriever', false, 'retrieval'],
    [{ 'gen_ai.operation.name': 'search_memory' }, undefined, false, undefined],
    [{ 'gen_ai.operation.name': 'tool.call' }, 'tool', false, 'execute_tool'],
    [{ 'ai.operationId': 'ai.streamText.doStream' }, 'llm', true, 'chat'],
    [{ 'ai.operationId': 'ai.embedMany.doEmbed' }, 'llm', true, 'embeddings'],
    [{ 'ai.operationId': 'ai.toolCall' }, 'tool', false, 'execute_tool'],
    [{ 'openinference.span.kind': 'EMBEDDING' }, 'llm', true, 'embeddings'],
    [{ 'langfuse.observation.type': 'generation' }, 'llm', true, 'chat'],
    [{ 'traceloop.span.kind': 'task' }, 'chain', false, undefined],
    [{ 'llm.request.type': 'completion' }, 'llm', true, 'text_completion'],
    [{ 'gen_ai.l9.span.kind': 'prompt' }, 'prompt', false, undefined],
    // Two marks: what the span is beats what it speaks of.
    [
      { 'gen_ai.operation.name': 'chat', 'gen_ai.l9.span.kind': 'chain' },
      'chain',
      false,
      undefined,
    ],
    [
      { 'gen_ai.operation.name': 'invoke_agent', 'langfuse.observation.type': 'generation' },
      'agent',
      false,
      'invoke_agent',
    ],
    // No mark: a model with its tokens is a call; a model alone is not (counting tokens, say).
    [{ 'gen_ai.request.model': 'm', 'gen_ai.usage.prompt_tokens': 3 }, 'llm', true, 'chat'],
    [{ 'gen_ai.request.model': 'm' }, undefined, false, undefined],
    [{}, undefined, false, undefined],
  ])('%o is %s, billable %s, %s', (attributes, kind, billable, operation) => {
    expect(roleOf({ attributes })).toEqual({ kind, billable, operation });
  });
});
