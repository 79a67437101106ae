import { SpanKind, type Attributes, type SpanOptions } from '@opentelemetry/api';
import {
  GenAi,
  OPERATION_OF_KIND,
  Own,
  metadataAttribute,
  type SpanKindName,
} from '../conventions/index.js';
import type { ObserveOptions } from './observe-options.js';

/** Name and start options of a span. */
export interface SpanShape {
  readonly name: string;
  readonly options: SpanOptions;
}

/** Where the conventions put the name of what is observed. */
const NAME_ATTRIBUTE: Partial<Record<SpanKindName, string>> = {
  tool: GenAi.toolName,
  agent: GenAi.agentName,
  workflow: GenAi.workflowName,
};

/**
 * The span that the conventions want for a kind of work: `execute_tool {name}`,
 * `invoke_agent {name}`, `invoke_workflow {name}`, `retrieval {name}`, `chat {name}`; for a chain or
 * a prompt, which the conventions do not know, the plain name.
 */
export function shapeOf(options: ObserveOptions, functionName: string): SpanShape {
  const kind = options.kind ?? 'chain';
  const name = options.name ?? (functionName || 'anonymous');
  const operation = OPERATION_OF_KIND[kind];
  const attributes: Attributes = { [Own.spanKind]: kind };
  if (operation) attributes[GenAi.operationName] = operation;
  const nameAttribute = NAME_ATTRIBUTE[kind];
  if (nameAttribute) attributes[nameAttribute] = name;
  if (options.tags) attributes[Own.tags] = [...options.tags];
  for (const [key, value] of Object.entries(options.metadata ?? {})) {
    attributes[metadataAttribute(key)] = String(value);
    if (key === 'category') attributes[Own.userCategory] = String(value);
  }
  return {
    name: operation ? `${operation} ${name}` : name,
    options: { kind: kind === 'llm' ? SpanKind.CLIENT : SpanKind.INTERNAL, attributes },
  };
}
