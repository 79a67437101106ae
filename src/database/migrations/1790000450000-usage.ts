import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The ledger added up by the hour, so that usage over millions of entries is answered at once.
 * `usage_fact` is what is added up: entries, and by how much adjustments moved them. The sums
 * hold just the facts up to `usage_progress`; whatever is later is read from the ledger itself.
 */
export class Usage1790000450000 implements MigrationInterface {
  readonly name = 'Usage1790000450000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

/** Whom and what a fact belongs to. */
const SUBJECT = `
  entry.api_key_id, entry.provider,
  coalesce(entry.response_model, entry.request_model) AS model,
  entry.user_id, entry.workflow_type, entry.conversation_id, entry.agent_name`;

const UP = [
  `CREATE VIEW usage_fact AS
   SELECT 'entry' AS source, entry.id AS source_id, entry.started_at, ${SUBJECT},
     1 AS calls,
     coalesce(entry.cost_total, 0) AS cost,
     (entry.cost_status = 'unpriced')::int AS unpriced_calls,
     (entry.cost_status = 'partial')::int AS partial_calls,
     (entry.cost_status = 'free')::int AS free_calls,
     coalesce((entry.usage_details ->> 'estimated')::boolean, false)::int AS estimated_calls,
     (entry.status <> 'ok')::int AS failed_calls,
     entry.input_tokens + entry.cache_read_tokens
       + entry.cache_write_5m_tokens + entry.cache_write_1h_tokens AS input_tokens,
     entry.cache_read_tokens,
     entry.cache_write_5m_tokens + entry.cache_write_1h_tokens AS cache_write_tokens,
     entry.output_tokens + entry.reasoning_tokens AS output_tokens
   FROM ledger_entry AS entry
   UNION ALL
   SELECT 'adjustment', adjustment.id, entry.started_at, ${SUBJECT},
     0,
     coalesce(adjustment.cost_total, 0) - coalesce(adjustment.old_cost_total, 0),
     (adjustment.cost_status = 'unpriced')::int - (adjustment.old_cost_status = 'unpriced')::int,
     (adjustment.cost_status = 'partial')::int - (adjustment.old_cost_status = 'partial')::int,
     (adjustment.cost_status = 'free')::int - (adjustment.old_cost_status = 'free')::int,
     0, 0, 0, 0, 0, 0
   FROM ledger_adjustment AS adjustment JOIN ledger_entry AS entry ON entry.id = adjustment.entry_id`,

  // The digest is of the subject: it may be longer than an index takes, and any part may be null.
  `CREATE TABLE usage_hour (
     hour timestamptz NOT NULL,
     digest bytea NOT NULL,
     api_key_id text,
     provider text NOT NULL,
     model text NOT NULL,
     user_id text,
     workflow_type text,
     conversation_id text,
     agent_name text,
     calls bigint NOT NULL,
     cost numeric NOT NULL,
     unpriced_calls bigint NOT NULL,
     partial_calls bigint NOT NULL,
     free_calls bigint NOT NULL,
     estimated_calls bigint NOT NULL,
     failed_calls bigint NOT NULL,
     input_tokens bigint NOT NULL,
     cache_read_tokens bigint NOT NULL,
     cache_write_tokens bigint NOT NULL,
     output_tokens bigint NOT NULL,
     CONSTRAINT usage_hour_pk PRIMARY KEY (hour, digest)
   )`,
  `CREATE TABLE usage_progress (
     source text NOT NULL,
     last_id bigint NOT NULL,
     CONSTRAINT usage_progress_pk PRIMARY KEY (source)
   )`,
  `INSERT INTO usage_progress VALUES ('entry', 0), ('adjustment', 0)`,
];

const DOWN = ['DROP TABLE usage_progress, usage_hour', 'DROP VIEW usage_fact'];
