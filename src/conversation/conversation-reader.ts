import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import {
  TOTALS_COLUMNS,
  moneyPair,
  ofConversation,
  toTotals,
  totalsAnswer,
  type TotalsRow,
} from '../ledger/index.js';
import type { CostStatus } from '../genai/pricing/index.js';
import { noSuchConversation } from './conversation-store.js';
import type { ConversationDetail, ConversationList, PageQuery } from './conversation.schema.js';

/** A page ends early, after the turn that reaches this: the words of all are in memory at once. */
const MOST_OCTETS = 4 * 1024 * 1024;

/** Answers what was said and what it cost. */
@Injectable()
export class ConversationReader {
  constructor(private readonly dataSource: DataSource) {}

  /** Newest first; `owner` is the API key that is held to its own. */
  async list({ cursor, limit }: PageQuery, owner: string | undefined): Promise<ConversationList> {
    const rows: Array<SummaryRow & TotalsRow> = await this.dataSource.query(
      `SELECT page.*, totals.*
       FROM (SELECT * FROM conversation
             WHERE deleted_at IS NULL AND ($1::bigint IS NULL OR seq < $1)
               AND ($3::text IS NULL OR api_key_id = $3)
             ORDER BY seq DESC LIMIT $2) AS page
       CROSS JOIN LATERAL (SELECT ${TOTALS_COLUMNS} FROM ledger_current
                           WHERE ${ofConversation('page.id', 'page.api_key_id')}) AS totals
       ORDER BY page.seq DESC`,
      [cursor ?? null, limit + 1, owner ?? null],
    );
    const page = rows.slice(0, limit);
    return {
      conversations: page.map((row) => ({ ...summary(row), ...totalsAnswer(toTotals(row)) })),
      next_cursor: rows.length > limit ? (page.at(-1)?.seq ?? null) : null,
    };
  }

  /** @throws {Problem} 404 */
  async get(
    id: string,
    { cursor, limit }: PageQuery,
    owner: string | undefined,
  ): Promise<ConversationDetail> {
    const [head]: Array<SummaryRow & TotalsRow & { models_used: string[] | null }> =
      await this.dataSource.query(
        `SELECT conversation.*, totals.*
         FROM conversation
         CROSS JOIN LATERAL (
           SELECT array_agg(DISTINCT response_model ORDER BY response_model)
                    FILTER (WHERE response_model IS NOT NULL) AS models_used,
                  ${TOTALS_COLUMNS}
           FROM ledger_current AS entry
           WHERE ${ofConversation('conversation.id', 'conversation.api_key_id')}) AS totals
         WHERE id = $1 AND deleted_at IS NULL AND ($2::text IS NULL OR api_key_id = $2)`,
        [id, owner ?? null],
      );
    if (!head) throw noSuchConversation();
    const turns: TurnRow[] = await this.dataSource.query(
      `SELECT turn.turn_number, turn.user_message, turn.assistant_message, turn.cut_reason,
              turn.created_at,
              coalesce(entry.response_model, entry.request_model) AS model,
              entry.cost_total, entry.cost_status, entry.response_id, entry.trace_id,
              entry.input_tokens + entry.cache_read_tokens + entry.cache_write_5m_tokens
                + entry.cache_write_1h_tokens AS input_tokens,
              entry.output_tokens + entry.reasoning_tokens AS output_tokens
       FROM (
         SELECT *, sum(octets) OVER (ORDER BY turn_number) - octets AS octets_before
         FROM (SELECT *, octet_length(user_message) + octet_length(assistant_message) AS octets
               FROM conversation_turn
               WHERE conversation_id = $1 AND turn_number > $2
               ORDER BY turn_number LIMIT $3) AS asked
       ) AS turn
       JOIN ledger_current AS entry USING (booking_key)
       WHERE turn.octets_before < ${MOST_OCTETS}
       ORDER BY turn.turn_number`,
      // A number beyond any turn's is no page, and no error either.
      [id, Math.min(Number(cursor ?? 0), 2 ** 31 - 1), limit],
    );
    const last = turns.at(-1)?.turn_number ?? head.turn_count;
    return {
      ...summary(head),
      system: head.system,
      models_used: head.models_used ?? [],
      stats: totalsAnswer(toTotals(head)),
      turns: turns.map(turnAnswer),
      next_cursor: last < head.turn_count ? String(last) : null,
    };
  }
}

interface SummaryRow {
  readonly id: string;
  readonly seq: string;
  readonly user_id: string | null;
  readonly system: string | null;
  readonly turn_count: number;
  readonly started_at: Date;
  readonly updated_at: Date;
}

interface TurnRow {
  readonly turn_number: number;
  readonly user_message: string;
  readonly assistant_message: string;
  readonly cut_reason: string | null;
  readonly created_at: Date;
  readonly model: string;
  readonly cost_total: string | null;
  readonly cost_status: CostStatus;
  readonly response_id: string | null;
  readonly trace_id: string | null;
  readonly input_tokens: string;
  readonly output_tokens: string;
}

function summary(row: SummaryRow) {
  return {
    conversation_id: row.id,
    user_id: row.user_id,
    turn_count: row.turn_count,
    started_at: row.started_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}

function turnAnswer(row: TurnRow): ConversationDetail['turns'][number] {
  const { usd, number } = moneyPair(row.cost_total === null ? null : BigInt(row.cost_total));
  return {
    turn: row.turn_number,
    user_message: row.user_message,
    assistant_message: row.assistant_message,
    cut_reason: row.cut_reason,
    model: row.model,
    cost: number,
    cost_usd: usd,
    cost_status: row.cost_status,
    input_tokens: Number(row.input_tokens),
    output_tokens: Number(row.output_tokens),
    response_id: row.response_id,
    trace_id: row.trace_id,
    created_at: row.created_at.toISOString(),
  };
}
