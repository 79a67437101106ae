import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The first schema: the ledger, conversations, workflow runs, stored answers, leases. */
export class Initial1790000000000 implements MigrationInterface {
  readonly name = 'Initial1790000000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const UP = [
  `CREATE TABLE ledger_entry (
     id bigint GENERATED ALWAYS AS IDENTITY,
     booking_key text NOT NULL,
     provider text NOT NULL,
     operation text NOT NULL,
     request_model text NOT NULL,
     response_model text,
     response_id text,
     service_tier text,
     status text NOT NULL,
     error_type text,
     finish_reason text,
     input_tokens bigint NOT NULL,
     cache_read_tokens bigint NOT NULL,
     cache_write_5m_tokens bigint NOT NULL,
     cache_write_1h_tokens bigint NOT NULL,
     output_tokens bigint NOT NULL,
     reasoning_tokens bigint NOT NULL,
     web_searches integer NOT NULL,
     usage_details jsonb,
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
     user_id text,
     conversation_id text,
     turn_number integer,
     workflow_id text,
     workflow_type text,
     workflow_step text,
     agent_name text,
     tags jsonb NOT NULL,
     metadata jsonb NOT NULL,
     trace_id text,
     span_id text,
     started_at timestamptz NOT NULL,
     duration_ms double precision NOT NULL,
     booked_at timestamptz NOT NULL DEFAULT now(),
     CONSTRAINT ledger_entry_pk PRIMARY KEY (id),
     CONSTRAINT ledger_entry_cost_known CHECK ((cost_status = 'unpriced') = (cost_total IS NULL))
   )`,
  `CREATE UNIQUE INDEX ledger_entry_booking_key ON ledger_entry (booking_key)`,
  `CREATE INDEX ledger_entry_conversation ON ledger_entry (conversation_id, turn_number)
     WHERE conversation_id IS NOT NULL`,
  `CREATE INDEX ledger_entry_workflow ON ledger_entry (workflow_id) WHERE workflow_id IS NOT NULL`,
  `CREATE INDEX ledger_entry_user ON ledger_entry (user_id, started_at) WHERE user_id IS NOT NULL`,
  `CREATE INDEX ledger_entry_started_at ON ledger_entry (started_at)`,

  // Append-only by the database's own word, not only by the application's good manners.
  `CREATE FUNCTION ledger_entry_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     RAISE EXCEPTION 'ledger entries are never changed: book an adjustment instead';
   END $$`,
  `CREATE TRIGGER ledger_entry_append_only BEFORE UPDATE OR DELETE ON ledger_entry
     FOR EACH STATEMENT EXECUTE FUNCTION ledger_entry_refuse_change()`,

  `CREATE TABLE conversation (
     id text NOT NULL,
     seq bigserial NOT NULL,
     user_id text,
     system text,
     turn_count integer NOT NULL DEFAULT 0,
     started_at timestamptz NOT NULL DEFAULT now(),
     updated_at timestamptz NOT NULL DEFAULT now(),
     deleted_at timestamptz,
     CONSTRAINT conversation_pk PRIMARY KEY (id)
   )`,
  `CREATE UNIQUE INDEX conversation_seq ON conversation (seq)`,
  `CREATE TABLE conversation_turn (
     conversation_id text NOT NULL,
     turn_number integer NOT NULL,
     user_message text NOT NULL,
     assistant_message text NOT NULL,
     booking_key text NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now(),
     CONSTRAINT conversation_turn_pk PRIMARY KEY (conversation_id, turn_number)
   )`,

  `CREATE TABLE workflow_run (
     id text NOT NULL,
     type text NOT NULL,
     task text NOT NULL,
     user_id text,
     status text NOT NULL,
     result text,
     error text,
     metadata jsonb NOT NULL,
     trace_id text,
     started_at timestamptz NOT NULL DEFAULT now(),
     ended_at timestamptz,
     deadline timestamptz NOT NULL,
     CONSTRAINT workflow_run_pk PRIMARY KEY (id)
   )`,
  `CREATE INDEX workflow_run_search ON workflow_run
     USING gin (to_tsvector('english', task || ' ' || coalesce(result, '')))`,
  `CREATE TABLE workflow_step (
     workflow_id text NOT NULL,
     position integer NOT NULL,
     name text NOT NULL,
     kind text NOT NULL,
     status text NOT NULL,
     booking_key text,
     row_count integer,
     ended_at timestamptz NOT NULL DEFAULT now(),
     duration_ms double precision NOT NULL,
     CONSTRAINT workflow_step_pk PRIMARY KEY (workflow_id, position)
   )`,

  `CREATE TABLE idempotency_record (
     route text NOT NULL,
     key text NOT NULL,
     fingerprint text NOT NULL,
     answer text NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now(),
     CONSTRAINT idempotency_record_pk PRIMARY KEY (route, key)
   )`,
  `CREATE INDEX idempotency_record_created_at ON idempotency_record (created_at)`,
  `CREATE TABLE lease (
     name text NOT NULL,
     token uuid NOT NULL,
     expires_at timestamptz NOT NULL,
     CONSTRAINT lease_pk PRIMARY KEY (name)
   )`,
];

const DOWN = [
  'DROP TABLE lease, idempotency_record, workflow_step, workflow_run',
  'DROP TABLE conversation_turn, conversation, ledger_entry',
  'DROP FUNCTION ledger_entry_refuse_change()',
];
