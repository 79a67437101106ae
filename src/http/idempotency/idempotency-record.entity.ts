import { Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';

/** The answer that a request with an `Idempotency-Key` got, for repeats of the same request. */
@Entity('idempotency_record')
export class IdempotencyRecordEntity {
  /** `POST /chat`: the same key on another endpoint is another request. */
  @PrimaryColumn('text')
  route!: string;

  @PrimaryColumn('text')
  key!: string;

  /** SHA-256 of the request body, hex. */
  @Column('text')
  fingerprint!: string;

  /** The JSON that was sent, as text: a repeat gets the same bytes. */
  @Column('text')
  answer!: string;

  /** The id of the conversation or workflow run that it tells of. */
  @Index('idempotency_record_subject')
  @Column('text', { nullable: true })
  subject!: string | null;

  @Index('idempotency_record_created_at')
  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}
