import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One question and its answer. Turns are numbered from 1 without gaps. */
@Entity('conversation_turn')
export class ConversationTurnEntity {
  @PrimaryColumn('text', { name: 'conversation_id' })
  conversationId!: string;

  @PrimaryColumn('integer', { name: 'turn_number' })
  turnNumber!: number;

  @Column('text', { name: 'user_message' })
  userMessage!: string;

  @Column('text', { name: 'assistant_message' })
  assistantMessage!: string;

  /** Why the answer is not whole, of a stream that was cut: `reader_left` … */
  @Column('text', { name: 'cut_reason', nullable: true })
  cutReason!: string | null;

  /** The turn's entry in the ledger. */
  @Column('text', { name: 'booking_key' })
  bookingKey!: string;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;
}
