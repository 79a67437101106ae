import type { MigrationInterface, QueryRunner } from 'typeorm';

/** API keys, and to which of them conversations and runs belong. */
export class Identity1790000800000 implements MigrationInterface {
  readonly name = 'Identity1790000800000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const UP = [
  `CREATE TABLE api_key (
     id text NOT NULL,
     name text NOT NULL,
     role text NOT NULL,
     secret_hash bytea NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now(),
     revoked_at timestamptz,
     CONSTRAINT api_key_pk PRIMARY KEY (id)
   )`,
  `ALTER TABLE conversation ADD api_key_id text`,
  `ALTER TABLE workflow_run ADD api_key_id text`,
  // As rate-limiter-flexible wants it.
  `CREATE TABLE rate_limit (
     key varchar(255) NOT NULL,
     points integer NOT NULL DEFAULT 0,
     expire bigint,
     CONSTRAINT rate_limit_pk PRIMARY KEY (key)
   )`,
  // Who may read everything else must not read what keys are checked by.
  `DO $$ BEGIN
     IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'grafana_reader') THEN
       REVOKE ALL ON api_key FROM grafana_reader;
     END IF;
   END $$`,
];

const DOWN = [
  'ALTER TABLE workflow_run DROP COLUMN api_key_id',
  'ALTER TABLE conversation DROP COLUMN api_key_id',
  'DROP TABLE rate_limit, api_key',
];
