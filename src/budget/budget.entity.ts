import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A limit on what the calls of a scope may cost in a period. Money is picodollars. */
@Entity('budget')
@Index('budget_scope', ['scope', 'scopeValue'])
export class BudgetEntity {
  @PrimaryColumn('text')
  id!: string;

  /** One of `BUDGET_SCOPES`, or `run`: a budget that a workflow run carries in its own scope. */
  @Column('text')
  scope!: string;

  /** Whose budget it is; `*`: each one of the scope has the limit for itself; empty for global. */
  @Column('text', { name: 'scope_value' })
  scopeValue!: string;

  @Column('text')
  period!: string;

  @Column('integer', { name: 'rolling_hours', nullable: true })
  rollingHours!: number | null;

  /** IANA name; calendar periods begin at its midnight. */
  @Column('text', { name: 'time_zone', default: 'UTC' })
  timeZone!: string;

  @Column('numeric', { name: 'limit_amount' })
  limitAmount!: string;

  @Column('text')
  mode!: string;

  /** What becomes of calls whose price is unknown: `allow` or `block`. */
  @Column('text')
  unpriced!: string;

  /** Percentages of the limit that are told of once in a period. */
  @Column('integer', { array: true })
  thresholds!: number[];

  /** `api`, `file` or `run`. */
  @Column('text')
  source!: string;

  /** When it began to count: a window of an earlier beginning takes what the ledger has of it. */
  @Column('timestamptz', { name: 'counting_since', default: () => 'now()' })
  countingSince!: Date;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;
}
