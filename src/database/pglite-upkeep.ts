import type { Pool } from 'pg';

/** Tables that a server's autovacuum would take up, by its default thresholds. */
const DUE_TABLES = `
  SELECT format('%I.%I', stats.schemaname, stats.relname) AS name
  FROM pg_stat_user_tables AS stats JOIN pg_class ON pg_class.oid = stats.relid,
    LATERAL (SELECT greatest(reltuples, 0) AS rows) AS size
  WHERE n_dead_tup > 50 + 0.2 * rows
     OR n_ins_since_vacuum > 1000 + 0.2 * rows
     OR n_mod_since_analyze > 50 + 0.1 * rows`;

/**
 * Does what a server's background processes do, of which PGlite has none: without checkpoints its
 * log would grow until the service stops, and be replayed in full after a crash; without vacuum
 * deleted rows would keep their space and the planner would know no table's size.
 */
export async function upkeep(pool: Pool): Promise<void> {
  const { rows } = await pool.query<{ name: string }>(DUE_TABLES);
  for (const { name } of rows) await pool.query(`VACUUM (ANALYZE) ${name}`);
  await pool.query('CHECKPOINT');
}
