/**
 * Takes back what time has freed: holds of calls that never came back, and what left a rolling
 * period. A whole minute leaves at once, when its last second does: never too early.
 */
export const RECLAIMING = [
  `CREATE FUNCTION budget_reclaim(windows bigint[]) RETURNS void LANGUAGE plpgsql AS $$
   BEGIN
     -- In the order of their ids, as everywhere, so that nobody waits in a circle.
     PERFORM 1 FROM budget_window WHERE id = ANY (windows) ORDER BY id FOR UPDATE;
     WITH expired AS (
       DELETE FROM budget_hold
       WHERE window_id = ANY (windows) AND expires_at <= clock_timestamp()
       RETURNING window_id, amount
     ), aged AS (
       DELETE FROM budget_spending s USING budget_window w, budget b
       WHERE s.window_id = ANY (windows) AND w.id = s.window_id AND b.id = w.budget_id
         AND s.minute + interval '1 minute'
           <= clock_timestamp() - make_interval(hours => b.rolling_hours)
       RETURNING s.window_id, s.amount
     ), change AS (
       SELECT window_id, sum(freed) AS freed, sum(gone) AS gone
       FROM (SELECT window_id, amount AS freed, 0 AS gone FROM expired
             UNION ALL SELECT window_id, 0, amount FROM aged) AS part
       GROUP BY window_id
     )
     UPDATE budget_window w SET
       held = w.held - change.freed,
       spent = w.spent - change.gone,
       notified = CASE WHEN change.gone = 0 OR b.limit_amount = 0 THEN w.notified
         ELSE least(w.notified, floor((w.spent - change.gone) * 100 / b.limit_amount)) END
     FROM change, budget b
     WHERE w.id = change.window_id AND b.id = w.budget_id;
   END $$`,
];
