import { z } from 'zod';
import {
  identifier,
  metadata,
  modelId,
  money,
  promptText,
  providerName,
  stream,
  tags,
} from '../../http/fields.js';

export const chatRequest = z
  .strictObject({
    message: promptText.describe('What to ask the model'),
    model: modelId.optional().describe('Default: DEFAULT_MODEL'),
    provider: providerName.optional().describe("Default: the one that the model's name tells"),
    max_tokens: z.int().min(1).max(64_000).default(1024).describe('Most tokens of output'),
    temperature: z.number().min(0).max(2).optional(),
    system: promptText.optional().describe('System prompt'),
    user_id: identifier.optional().describe('Whose call it is, for the ledger'),
    conversation_id: identifier.optional().describe('A label here; POST /conversation remembers'),
    tags: tags.optional(),
    metadata: metadata.optional(),
    stream: stream.optional().describe('Answer as Server-Sent Events'),
  })
  .meta({ id: 'ChatRequest' });

export type ChatRequest = z.infer<typeof chatRequest>;

/** What every answered model call says of itself. */
export const callFields = {
  response: z.string(),
  model: z.string().describe('The model that answered'),
  cost: money.number,
  cost_usd: money.exact,
  cost_status: money.status,
  input_tokens: z.int().describe('All input, cached or not (as gen_ai.usage.input_tokens)'),
  output_tokens: z.int().describe('All output, thinking included'),
  cache_read_tokens: z.int().describe('Part of input_tokens'),
  cache_write_tokens: z.int().describe('Part of input_tokens'),
  finish_reason: z.string().nullable(),
  response_id: z.string(),
  trace_id: z.string().optional(),
  duration_ms: z.number().describe('Of the model call, retries included'),
};

export const chatAnswer = z.object(callFields).meta({ id: 'ChatAnswer' });

export type ChatAnswer = z.infer<typeof chatAnswer>;
