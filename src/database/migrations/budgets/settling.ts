import { BY_KEY } from './plans.js';

/** Settling holds to what their calls cost. */
export const SETTLING = [
  // `booked`: keys of the entries that were new. Only they are spent, each once; a hold that has
  // expired meanwhile is spent all the same. Gives the thresholds that were passed.
  `CREATE FUNCTION budget_settle(calls json, booked text[])
   RETURNS TABLE (event json) LANGUAGE plpgsql ${BY_KEY} AS $$
   DECLARE
     touched bigint[];
   BEGIN
     touched := ARRAY(SELECT DISTINCT unnest(c.windows)
       FROM json_to_recordset(calls) AS c(windows bigint[]));
     PERFORM 1 FROM budget_window WHERE id = ANY (touched) ORDER BY id FOR UPDATE;
     RETURN QUERY
     WITH call AS (
       SELECT c.hold, c.windows,
         CASE WHEN c.key = ANY (booked)
           AND row_number() OVER (PARTITION BY c.key ORDER BY c.n) = 1
           THEN coalesce(c.cost, 0) ELSE 0 END AS cost
       FROM json_to_recordset(calls)
         AS c(n integer, hold uuid, windows bigint[], key text, cost numeric)
     ), freed AS (
       DELETE FROM budget_hold h USING call WHERE h.id = call.hold
       RETURNING h.window_id, h.amount
     ), change AS (
       SELECT part.window_id, sum(part.freed) AS freed, sum(part.spent) AS spent
       FROM (SELECT freed.window_id, freed.amount AS freed, 0 AS spent FROM freed
             UNION ALL SELECT unnest(call.windows), 0, call.cost FROM call) AS part
       GROUP BY part.window_id
     ), minutes AS (
       INSERT INTO budget_spending (window_id, minute, amount)
       SELECT w.id, date_trunc('minute', clock_timestamp()), change.spent
       FROM change JOIN budget_window w ON w.id = change.window_id
         JOIN budget b ON b.id = w.budget_id
       WHERE b.period = 'rolling' AND change.spent > 0
       ON CONFLICT (window_id, minute)
         DO UPDATE SET amount = budget_spending.amount + excluded.amount
     ), settled AS (
       UPDATE budget_window w SET
         held = w.held - change.freed,
         spent = w.spent + change.spent,
         notified = greatest(w.notified, (SELECT max(percent) FROM unnest(b.thresholds) AS percent
           WHERE (w.spent + change.spent) * 100 >= b.limit_amount * percent))
       FROM change, budget_window was, budget b
       WHERE w.id = change.window_id AND was.id = w.id AND b.id = w.budget_id
       RETURNING b.id AS budget, b.scope, b.mode, b.thresholds, b.limit_amount,
         w.subject, w.spent, w.held, was.notified AS told
     )
     SELECT json_build_object('budget', s.budget, 'scope', s.scope, 'subject', s.subject,
       'threshold', percent, 'limit', s.limit_amount::text, 'spent', s.spent::text,
       'held', s.held::text)
     FROM settled s CROSS JOIN LATERAL unnest(s.thresholds) AS percent
     WHERE s.mode <> 'observe' AND percent > s.told AND s.spent * 100 >= s.limit_amount * percent
     ORDER BY percent;
   END $$`,
];
