import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** One run of the workflow. Its money is in the ledger. */
@Entity('workflow_run')
// An index over expressions, for a caller's newest runs: the migration makes it.
@Index('workflow_run_caller', { synchronize: false })
export class WorkflowRunEntity {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  type!: string;

  @Column('text')
  task!: string;

  /** The API key that it belongs to; null: made when there were none, and an admin's. */
  @Column('text', { name: 'api_key_id', nullable: true })
  apiKeyId!: string | null;

  @Column('text', { name: 'user_id', nullable: true })
  userId!: string | null;

  /** `running`, `completed` or `failed`. */
  @Column('text')
  status!: string;

  @Column('text', { nullable: true })
  result!: string | null;

  /** Why it failed, in the words that the caller was told. */
  @Column('text', { nullable: true })
  error!: string | null;

  @Column('jsonb')
  metadata!: Record<string, string | number | boolean>;

  @Column('text', { name: 'trace_id', nullable: true })
  traceId!: string | null;

  @Column('timestamptz', { name: 'started_at', default: () => 'now()' })
  startedAt!: Date;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt!: Date | null;

  /** When its words were deleted. */
  @Column('timestamptz', { name: 'deleted_at', nullable: true })
  deletedAt!: Date | null;

  /** A run that is still `running` after this died with its process. */
  @Column('timestamptz', { name: 'deadline' })
  deadline!: Date;
}
