import { Column, Entity, Generated, Index, PrimaryColumn } from 'typeorm';

/** A conversation's head. Its money is in the ledger, its words in `conversation_turn`. */
@Entity('conversation')
export class ConversationEntity {
  @PrimaryColumn('text')
  id!: string;

  /** Order of creation, for paging. */
  @Index('conversation_seq', { unique: true })
  @Column('bigint')
  @Generated('increment')
  seq!: string;

  /** The API key that it belongs to; null: made when there were none, and an admin's. */
  @Column('text', { name: 'api_key_id', nullable: true })
  apiKeyId!: string | null;

  @Column('text', { name: 'user_id', nullable: true })
  userId!: string | null;

  @Column('text', { nullable: true })
  system!: string | null;

  @Column('integer', { name: 'turn_count', default: 0 })
  turnCount!: number;

  @Column('timestamptz', { name: 'started_at', default: () => 'now()' })
  startedAt!: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;

  /** The words are gone then; the row stays, so that the id's money is never mixed with new. */
  @Column('timestamptz', { name: 'deleted_at', nullable: true })
  deletedAt!: Date | null;
}
