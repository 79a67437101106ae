import { z } from 'zod';
import { identifier, modelId, money, promptText, providerName, stream } from '../http/fields.js';
import { callFields } from '../llm/index.js';
import { totalsFields } from '../ledger/index.js';

export const conversationRequest = z
  .strictObject({
    conversation_id: identifier.optional().describe('Made when absent'),
    message: promptText,
    model: modelId.optional().describe('Default: DEFAULT_MODEL'),
    provider: providerName.optional().describe("Default: the one that the model's name tells"),
    user_id: identifier.optional(),
    system: promptText.optional().describe('System prompt, from this turn on'),
    stream: stream.optional().describe('Answer as Server-Sent Events'),
  })
  .meta({ id: 'ConversationRequest' });

export type ConversationRequest = z.infer<typeof conversationRequest>;

export const conversationAnswer = z
  .object({
    ...callFields,
    conversation_id: z.string(),
    turn_count: z.int(),
    total_cost: money.number,
    total_cost_usd: money.exact,
    total_cost_status: money.status,
    dropped_turns: z.int().describe("Oldest turns that did not fit into the model's window"),
  })
  .meta({ id: 'ConversationAnswer' });

export type ConversationAnswer = z.infer<typeof conversationAnswer>;

export const pageQuery = z.strictObject({
  cursor: z
    .string()
    .regex(/^\d{1,18}$/, 'Must be the next_cursor of an earlier page')
    .optional()
    .describe('The next_cursor of an earlier page'),
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('Entries of a page'),
});

export type PageQuery = z.infer<typeof pageQuery>;

export const conversationParams = z.strictObject({ id: identifier });

const summary = {
  conversation_id: z.string(),
  user_id: z.string().nullable(),
  turn_count: z.int(),
  started_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
};

export const conversationList = z
  .object({
    conversations: z.array(z.object({ ...summary, ...totalsFields })),
    next_cursor: z.string().nullable().describe('For the next page; null on the last'),
  })
  .meta({ id: 'ConversationList' });

export type ConversationList = z.infer<typeof conversationList>;

export const conversationDetail = z
  .object({
    ...summary,
    system: z.string().nullable(),
    models_used: z.array(z.string()),
    stats: z.object(totalsFields).describe('All calls of the conversation, failed ones too'),
    turns: z.array(
      z.object({
        turn: z.int(),
        user_message: z.string(),
        assistant_message: z.string(),
        cut_reason: z
          .string()
          .nullable()
          .describe('Why the answer is not whole: its stream was cut; null of whole answers'),
        model: z.string(),
        cost: money.number,
        cost_usd: money.exact,
        cost_status: money.status,
        input_tokens: z.int(),
        output_tokens: z.int(),
        response_id: z.string().nullable(),
        trace_id: z.string().nullable(),
        created_at: z.iso.datetime(),
      }),
    ),
    next_cursor: z.string().nullable().describe('For later turns; null when there are none'),
  })
  .meta({ id: 'Conversation' });

export type ConversationDetail = z.infer<typeof conversationDetail>;
