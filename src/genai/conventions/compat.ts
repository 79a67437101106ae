import { GenAi } from './gen-ai.js';
import { Own } from './own.js';

/** A set of older spellings that can be written beside the canonical names. */
export type CompatSet = 'genai-legacy' | 'last9';

export const COMPAT_SETS: readonly CompatSet[] = ['genai-legacy', 'last9'];

/** Old spelling of a canonical attribute, with the change of unit where there is one. */
export interface OldSpelling {
  readonly canonical: string;
  readonly old: string;
  readonly convert?: (value: number) => number;
}

const OLD_SYSTEM: OldSpelling = { canonical: GenAi.providerName, old: 'gen_ai.system' };

/** What each set adds to a span. `last9` covers the dashboards made for the Python SDK. */
export const OLD_SPELLINGS: Readonly<Record<CompatSet, readonly OldSpelling[]>> = {
  'genai-legacy': [
    OLD_SYSTEM,
    { canonical: GenAi.inputTokens, old: 'gen_ai.usage.prompt_tokens' },
    { canonical: GenAi.outputTokens, old: 'gen_ai.usage.completion_tokens' },
    { canonical: GenAi.cacheWriteInputTokens, old: 'gen_ai.usage.cache_creation.input_tokens' },
  ],
  last9: [
    OLD_SYSTEM,
    { canonical: Own.costUsd, old: 'gen_ai.usage.cost' },
    { canonical: Own.costUsd, old: 'gen_ai.l9.cost.total' },
    { canonical: Own.costInputUsd, old: 'gen_ai.l9.cost.input' },
    { canonical: Own.costOutputUsd, old: 'gen_ai.l9.cost.output' },
    { canonical: Own.workflowId, old: 'gen_ai.l9.workflow.id' },
    { canonical: Own.workflowType, old: 'gen_ai.l9.workflow.type' },
    { canonical: Own.workflowTotalCostUsd, old: 'gen_ai.l9.workflow.cost.total' },
    { canonical: GenAi.conversationId, old: 'gen_ai.l9.conversation.id' },
    { canonical: Own.conversationTurn, old: 'gen_ai.l9.conversation.turn' },
    { canonical: GenAi.toolName, old: 'gen_ai.l9.tool.name' },
    {
      canonical: Own.responseTimeMs,
      old: 'gen_ai.l9.performance.response_time',
      convert: (ms) => ms / 1000,
    },
  ],
};

/** Written by `genai-legacy`; the sum of input and output tokens has no canonical name. */
export const OLD_TOTAL_TOKENS = 'gen_ai.usage.total_tokens';

/** Content in the old shape: a JSON array, and the same indexed, as `gen_ai.prompt.0.role`. */
export const OldContent = { prompt: 'gen_ai.prompt', completion: 'gen_ai.completion' } as const;
