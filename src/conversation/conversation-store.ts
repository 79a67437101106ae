import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { conflict, notFound, type Problem } from '../http/index.js';
import type { PastTurn } from './history.js';

/** A conversation's head, as its next turn finds it. */
export interface OpenConversation {
  readonly turnCount: number;
  readonly userId: string | null;
  readonly system: string | null;
}

export interface NewTurn {
  readonly conversationId: string;
  readonly turnNumber: number;
  readonly userMessage: string;
  readonly assistantMessage: string;
  /** Why the answer is not whole. */
  readonly cutReason?: string;
  readonly bookingKey: string;
  readonly userId?: string;
  /** Whose conversation a new one is. */
  readonly apiKeyId?: string;
  readonly system?: string;
}

/** Reads and writes conversations. Whoever adds a turn holds the conversation's lease. */
@Injectable()
export class ConversationStore {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Where the conversation stands; one that nobody has begun yet is empty.
   *
   * @param owner the API key that is held to its own
   * @throws {Problem} 404 when it is another key's, 409 when it was deleted or is another user's
   */
  async open(
    id: string,
    userId: string | undefined,
    owner: string | undefined,
  ): Promise<OpenConversation> {
    const [row]: ConversationRow[] = await this.dataSource.query(
      'SELECT turn_count, user_id, api_key_id, system, deleted_at FROM conversation WHERE id = $1',
      [id],
    );
    if (!row) return { turnCount: 0, userId: null, system: null };
    if (owner !== undefined && row.api_key_id !== owner) throw noSuchConversation();
    if (row.deleted_at) {
      throw conflict('conversation-deleted', 'This conversation was deleted. Use another id.');
    }
    if (userId !== undefined && row.user_id !== null && row.user_id !== userId) {
      throw conflict('conversation-of-another-user', 'This conversation belongs to another user.');
    }
    return { turnCount: row.turn_count, userId: row.user_id, system: row.system };
  }

  /** The newest turns, oldest first, that are together no longer than so many bytes of text. */
  async recentTurns(id: string, mostBytes: number): Promise<PastTurn[]> {
    return this.dataSource.query(
      `SELECT user_message AS "user", assistant_message AS assistant
       FROM (SELECT *, sum(octet_length(user_message) + octet_length(assistant_message))
                         OVER (ORDER BY turn_number DESC) AS bytes
             FROM conversation_turn WHERE conversation_id = $1) AS turn
       WHERE bytes <= $2 ORDER BY turn_number`,
      [id, mostBytes],
    );
  }

  /** Adds a turn, and with the first one the conversation. */
  async addTurn(transaction: EntityManager, turn: NewTurn): Promise<void> {
    await transaction.query(
      `WITH turn AS (
         INSERT INTO conversation_turn
           (conversation_id, turn_number, user_message, assistant_message, booking_key, cut_reason)
         VALUES ($1, $2, $3, $4, $5, $8)
       )
       INSERT INTO conversation (id, turn_count, user_id, system, api_key_id)
       VALUES ($1, $2, $6, $7, $9)
       ON CONFLICT (id) DO UPDATE
       SET turn_count = excluded.turn_count, updated_at = now(),
           user_id = coalesce(conversation.user_id, excluded.user_id),
           system = coalesce(excluded.system, conversation.system)`,
      [
        turn.conversationId,
        turn.turnNumber,
        turn.userMessage,
        turn.assistantMessage,
        turn.bookingKey,
        turn.userId ?? null,
        turn.system ?? null,
        turn.cutReason ?? null,
        turn.apiKeyId ?? null,
      ],
    );
  }

  /** Removes the words for good, and says whether there were any. The ledger keeps the money. */
  async delete(
    transaction: EntityManager,
    id: string,
    owner: string | undefined,
  ): Promise<boolean> {
    const deleted: unknown[] = await transaction.query(
      `WITH gone AS (
         UPDATE conversation SET deleted_at = now(), system = NULL
         WHERE id = $1 AND deleted_at IS NULL AND ($2::text IS NULL OR api_key_id = $2)
         RETURNING id
       ), turns AS (
         DELETE FROM conversation_turn WHERE conversation_id IN (SELECT id FROM gone)
       )
       SELECT id FROM gone`,
      [id, owner ?? null],
    );
    return deleted.length > 0;
  }
}

interface ConversationRow {
  readonly turn_count: number;
  readonly user_id: string | null;
  readonly api_key_id: string | null;
  readonly system: string | null;
  readonly deleted_at: Date | null;
}

export function noSuchConversation(): Problem {
  return notFound('There is no conversation with this id.');
}
