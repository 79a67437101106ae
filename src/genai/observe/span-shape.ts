import { SpanKind, type Attributes, type SpanOptions } from '@opentelemetry/api';
import {
  GenAi,
  OPERATION_OF_KIND,
  Own,
  metadataAttribute,
  type SpanKindName,
} from '../conventions/index.js';
import { capture } from './capture.js';
import type { AnyFunction, ObserveOptions } from './observe-options.js';
import { parameterNames } from './parameter-names.js';

/** How the span of a call begins, and what is recorded of the call. */
export interface SpanShape extends Pick<
  ObserveOptions,
  'provider' | 'scope' | 'pricing' | 'content' | 'captureInput' | 'captureOutput' | 'captureArgs'
> {
  readonly name: string;
  /** What is observed, by its own name. */
  readonly workName: string;
  readonly kind: SpanKindName;
  readonly options: SpanOptions;
  /** Whether anything of what goes in is captured. */
  readonly capturesCall: boolean;
  /** Names of the parameters, where arguments are captured. */
  readonly parameters: readonly (string | undefined)[];
}

const NOTHING: ObserveOptions = { captureInput: false, captureOutput: false, captureArgs: false };

/** Where the conventions put the name of what is observed. */
const NAME_ATTRIBUTE: Partial<Record<SpanKindName, string>> = {
  tool: GenAi.toolName,
  agent: GenAi.agentName,
  workflow: GenAi.workflowName,
};

/**
 * The span that the conventions want for a kind of work: `execute_tool {name}`,
 * `invoke_agent {name}`, `invoke_workflow {name}`, `retrieval {name}`, `chat {name}` until the
 * model is known; for a chain or a prompt, which the conventions do not know, the plain name.
 */
export function shapeOf(options: ObserveOptions, fn: AnyFunction): SpanShape {
  const kind = options.kind ?? 'chain';
  const name = options.name ?? (fn.name || 'anonymous');
  const operation = OPERATION_OF_KIND[kind];
  const attributes: Attributes = { [Own.spanKind]: kind };
  if (operation) attributes[GenAi.operationName] = operation;
  const nameAttribute = NAME_ATTRIBUTE[kind];
  if (nameAttribute) attributes[nameAttribute] = name;
  if (options.provider) attributes[GenAi.providerName] = options.provider;
  if (options.tags) attributes[Own.tags] = [...options.tags];
  for (const [key, value] of Object.entries(options.metadata ?? {})) {
    if (value === undefined) continue;
    const text = capture(value);
    attributes[metadataAttribute(key)] = text;
    if (key === 'category') attributes[Own.userCategory] = text;
  }
  const { provider, scope, pricing, content } = options;
  const { captureInput, captureOutput, captureArgs } = content === 'off' ? NOTHING : options;
  return {
    name: operation ? `${operation} ${name}` : name,
    workName: name,
    kind,
    options: { kind: kind === 'llm' ? SpanKind.CLIENT : SpanKind.INTERNAL, attributes },
    provider,
    scope,
    pricing,
    content,
    captureInput,
    captureOutput,
    captureArgs,
    capturesCall: Boolean(captureInput || captureArgs),
    parameters: captureArgs ? parameterNames(fn) : [],
  };
}
