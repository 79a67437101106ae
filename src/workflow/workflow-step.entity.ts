import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One step of a run, written when it ends. */
@Entity('workflow_step')
export class WorkflowStepEntity {
  @PrimaryColumn('text', { name: 'workflow_id' })
  workflowId!: string;

  /** From 1. */
  @PrimaryColumn('integer')
  position!: number;

  @Column('text')
  name!: string;

  /** `llm` or `tool`. */
  @Column('text')
  kind!: string;

  /** `completed` or `failed`. */
  @Column('text')
  status!: string;

  /** The step's entry in the ledger, for a model call that was answered. */
  @Column('text', { name: 'booking_key', nullable: true })
  bookingKey!: string | null;

  /** Rows that a query found. */
  @Column('integer', { name: 'row_count', nullable: true })
  rowCount!: number | null;

  @Column('timestamptz', { name: 'ended_at', default: () => 'now()' })
  endedAt!: Date;

  @Column('double precision', { name: 'duration_ms' })
  durationMs!: number;
}
