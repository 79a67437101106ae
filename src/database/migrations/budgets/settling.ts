/** Settling holds to what their calls cost. */
export const SETTLING = [
  // `booked`: keys of the entries that were new. Only they are spent, each once; a hold that has
  // expired meanwhile is spent all the same. Gives the thresholds that were passed.
  `CREATE FUNCTION budget_settle(calls json, booked text[])
   RETURNS TABLE (event json) LANGUAGE plpgsql AS $$
   DECLARE
     touched bigint[];
   BEGIN
     touched := ARRAY(SELECT DISTINCT unnest(c.windows)
       FROM json_to_recordset(calls) AS c(windows bigint[]));
     PERFORM budget_lock(touched);
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
     )
     UPDATE budget_window w SET held = w.held - change.freed, spent = w.spent + change.spent
     FROM change WHERE w.id = change.window_id;

     RETURN QUERY
     WITH passed AS (
       SELECT w.id, w.subject, w.spent, w.held, b.id AS budget_id, b.scope, b.limit_amount, percent
       FROM budget_window w JOIN budget b ON b.id = w.budget_id
         CROSS JOIN LATERAL unnest(b.thresholds) AS percent
       WHERE w.id = ANY (touched) AND b.mode <> 'observe'
         AND percent > w.notified AND w.spent * 100 >= b.limit_amount * percent
     ), noted AS (
       UPDATE budget_window w SET notified = top.percent
       FROM (SELECT p.id, max(p.percent) AS percent FROM passed p GROUP BY p.id) AS top
       WHERE w.id = top.id
     )
     SELECT json_build_object('budget', p.budget_id, 'scope', p.scope, 'subject', p.subject,
       'threshold', p.percent, 'limit', p.limit_amount::text, 'spent', p.spent::text,
       'held', p.held::text)
     FROM passed p ORDER BY p.percent;
   END $$`,
];
