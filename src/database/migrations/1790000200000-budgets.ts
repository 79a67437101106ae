import type { MigrationInterface, QueryRunner } from 'typeorm';
import { HOLDING } from './budgets/holding.js';
import { PERIODS } from './budgets/periods.js';
import { RECLAIMING } from './budgets/reclaiming.js';
import { SETTLING } from './budgets/settling.js';

/**
 * Budgets, and the functions of the database that keep them. A call is held, and settled, by one
 * statement: every process obeys the same clock and the same order of locks, and a budget that
 * everybody uses is locked for the time of a statement, not of several trips to the server.
 */
export class Budgets1790000200000 implements MigrationInterface {
  readonly name = 'Budgets1790000200000';

  async up(runner: QueryRunner): Promise<void> {
    const all = [...TABLES, ...PERIODS, ...RECLAIMING, ...HOLDING, ...SETTLING];
    for (const statement of all) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const TABLES = [
  `CREATE TABLE budget (
     id text NOT NULL,
     scope text NOT NULL,
     scope_value text NOT NULL,
     period text NOT NULL,
     rolling_hours integer,
     time_zone text NOT NULL DEFAULT 'UTC',
     limit_amount numeric NOT NULL,
     mode text NOT NULL,
     unpriced text NOT NULL,
     thresholds integer[] NOT NULL,
     source text NOT NULL,
     counting_since timestamptz NOT NULL DEFAULT now(),
     created_at timestamptz NOT NULL DEFAULT now(),
     updated_at timestamptz NOT NULL DEFAULT now(),
     CONSTRAINT budget_pk PRIMARY KEY (id)
   )`,
  `CREATE INDEX budget_scope ON budget (scope, scope_value)`,

  // The hot rows: room on the page lets an update stay beside its older version.
  `CREATE TABLE budget_window (
     id bigint GENERATED ALWAYS AS IDENTITY,
     budget_id text NOT NULL,
     subject text NOT NULL,
     starts_at timestamptz NOT NULL,
     ends_at timestamptz,
     spent numeric NOT NULL DEFAULT 0,
     held numeric NOT NULL DEFAULT 0,
     notified integer NOT NULL DEFAULT 0,
     CONSTRAINT budget_window_pk PRIMARY KEY (id)
   ) WITH (fillfactor = 50)`,
  `CREATE UNIQUE INDEX budget_window_of ON budget_window (budget_id, subject, starts_at)`,
  `CREATE TABLE budget_hold (
     id uuid NOT NULL,
     window_id bigint NOT NULL,
     amount numeric NOT NULL,
     expires_at timestamptz NOT NULL,
     CONSTRAINT budget_hold_pk PRIMARY KEY (id, window_id)
   )`,
  `CREATE INDEX budget_hold_expiry ON budget_hold (window_id, expires_at)`,
  `CREATE TABLE budget_spending (
     window_id bigint NOT NULL,
     minute timestamptz NOT NULL,
     amount numeric NOT NULL,
     CONSTRAINT budget_spending_pk PRIMARY KEY (window_id, minute)
   )`,
];

const DOWN = [
  'DROP FUNCTION budget_settle(json, text[])',
  'DROP FUNCTION budget_hold_calls(json, json)',
  'DROP FUNCTION budget_open(budget_target[])',
  'DROP FUNCTION budget_targets(json)',
  'DROP TYPE budget_target',
  'DROP FUNCTION budget_reclaim(bigint[])',
  'DROP FUNCTION budget_period_end(text, text, timestamptz)',
  'DROP FUNCTION budget_period_start(text, text, timestamptz)',
  'DROP TABLE budget_spending, budget_hold, budget_window, budget',
];
