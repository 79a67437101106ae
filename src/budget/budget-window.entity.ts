import { Column, Entity, Index, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';

/** One period of a budget, for one subject: the row that calls are held on. Picodollars. */
@Entity('budget_window')
@Index('budget_window_of', ['budgetId', 'subject', 'startsAt'], { unique: true })
export class BudgetWindowEntity {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id!: string;

  @Column('text', { name: 'budget_id' })
  budgetId!: string;

  /** Whose calls: the user, the conversation …; empty for global. */
  @Column('text')
  subject!: string;

  /** 1970 for rolling and endless periods. */
  @Column('timestamptz', { name: 'starts_at' })
  startsAt!: Date;

  @Column('timestamptz', { name: 'ends_at', nullable: true })
  endsAt!: Date | null;

  @Column('numeric', { default: 0 })
  spent!: string;

  @Column('numeric', { default: 0 })
  held!: string;

  /** The highest threshold that was told of, per cent. */
  @Column('integer', { default: 0 })
  notified!: number;
}

/** What a call that is under way may cost at most, in one window, until it is settled or expires. */
@Entity('budget_hold')
@Index('budget_hold_expiry', ['windowId', 'expiresAt'])
export class BudgetHoldEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @PrimaryColumn('bigint', { name: 'window_id' })
  windowId!: string;

  @Column('numeric')
  amount!: string;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;
}

/** What was spent in a minute of a rolling period, so that it can leave the period again. */
@Entity('budget_spending')
export class BudgetSpendingEntity {
  @PrimaryColumn('bigint', { name: 'window_id' })
  windowId!: string;

  @PrimaryColumn('timestamptz')
  minute!: Date;

  @Column('numeric')
  amount!: string;
}
