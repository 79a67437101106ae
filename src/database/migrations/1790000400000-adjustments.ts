import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Corrections of what entries cost. An entry is never changed: an adjustment is booked beside it
 * that names both prices, and `ledger_current` is the ledger as it stands with the last of them.
 */
export class Adjustments1790000400000 implements MigrationInterface {
  readonly name = 'Adjustments1790000400000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

/** What an adjustment replaces. */
const PRICED = [
  'cost_status',
  'cost_reason',
  'cost_input',
  'cost_cache_read',
  'cost_cache_write_5m',
  'cost_cache_write_1h',
  'cost_output',
  'cost_reasoning',
  'cost_requests',
  'cost_total',
  'price_id',
  'price_source',
  'catalogue_version',
];

const KEPT = [
  'id',
  'booking_key',
  'provider',
  'operation',
  'request_model',
  'response_model',
  'response_id',
  'service_tier',
  'status',
  'error_type',
  'finish_reason',
  'input_tokens',
  'cache_read_tokens',
  'cache_write_5m_tokens',
  'cache_write_1h_tokens',
  'output_tokens',
  'reasoning_tokens',
  'web_searches',
  'usage_details',
  'api_key_id',
  'user_id',
  'conversation_id',
  'turn_number',
  'workflow_id',
  'workflow_type',
  'workflow_step',
  'agent_name',
  'tags',
  'metadata',
  'trace_id',
  'span_id',
  'started_at',
  'duration_ms',
  'time_to_first_chunk_ms',
  'booked_at',
];

const UP = [
  `CREATE TABLE ledger_repricing (
     id text NOT NULL,
     prices text NOT NULL,
     filter jsonb NOT NULL,
     last_entry_id bigint NOT NULL DEFAULT 0,
     up_to_entry_id bigint NOT NULL,
     entries bigint NOT NULL DEFAULT 0,
     adjusted bigint NOT NULL DEFAULT 0,
     kept bigint NOT NULL DEFAULT 0,
     old_total numeric NOT NULL DEFAULT 0,
     new_total numeric NOT NULL DEFAULT 0,
     started_at timestamptz NOT NULL DEFAULT now(),
     ended_at timestamptz,
     CONSTRAINT ledger_repricing_pk PRIMARY KEY (id)
   )`,
  `CREATE TABLE ledger_adjustment (
     id bigint GENERATED ALWAYS AS IDENTITY,
     entry_id bigint NOT NULL,
     revision integer NOT NULL,
     repricing_id text NOT NULL,
     old_cost_status text NOT NULL,
     old_cost_total bigint,
     old_price_id text,
     old_catalogue_version text,
     cost_status text NOT NULL,
     cost_reason text,
     cost_input bigint,
     cost_cache_read bigint,
     cost_cache_write_5m bigint,
     cost_cache_write_1h bigint,
     cost_output bigint,
     cost_reasoning bigint,
     cost_requests bigint,
     cost_total bigint,
     price_id text,
     price_source text,
     catalogue_version text,
     booked_at timestamptz NOT NULL DEFAULT now(),
     CONSTRAINT ledger_adjustment_pk PRIMARY KEY (id),
     CONSTRAINT ledger_adjustment_entry FOREIGN KEY (entry_id) REFERENCES ledger_entry (id),
     CONSTRAINT ledger_adjustment_cost_known
       CHECK ((cost_status = 'unpriced') = (cost_total IS NULL))
   )`,
  // Two re-pricings at once cannot both follow the same state of an entry.
  `CREATE UNIQUE INDEX ledger_adjustment_revision ON ledger_adjustment (entry_id, revision)`,
  `CREATE INDEX ledger_adjustment_repricing ON ledger_adjustment (repricing_id)`,
  `CREATE TRIGGER ledger_adjustment_append_only BEFORE UPDATE OR DELETE ON ledger_adjustment
     FOR EACH STATEMENT EXECUTE FUNCTION ledger_entry_refuse_change()`,

  `CREATE VIEW ledger_current AS
   SELECT ${KEPT.map((name) => `entry.${name}`).join(', ')},
     coalesce(adjustment.revision, 0) AS revision,
     ${PRICED.map(currentOf).join(', ')}
   FROM ledger_entry AS entry
   LEFT JOIN LATERAL (
     SELECT * FROM ledger_adjustment WHERE entry_id = entry.id ORDER BY revision DESC LIMIT 1
   ) AS adjustment ON true`,
];

function currentOf(column: string): string {
  return `CASE WHEN adjustment.id IS NULL THEN entry.${column} ELSE adjustment.${column} END
    AS ${column}`;
}

const DOWN = ['DROP VIEW ledger_current', 'DROP TABLE ledger_adjustment, ledger_repricing'];
