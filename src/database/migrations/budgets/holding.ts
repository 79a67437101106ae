import { BY_KEY } from './plans.js';

/** Holding the worst case of calls before their provider is asked. */
export const HOLDING = [
  `CREATE TYPE budget_target AS (
     n integer, hold uuid, amount numeric, ttl_ms integer,
     budget_id text, subject text, starts_at timestamptz, window_id bigint
   )`,

  // Which windows each call falls into. A window that is not there yet has no id.
  `CREATE FUNCTION budget_targets(calls json) RETURNS SETOF budget_target
   LANGUAGE sql STABLE AS $$
     SELECT c.n, c.hold, c.amount, c.ttl_ms, b.id, s.value, period.starts_at,
       w.id
     FROM json_to_recordset(calls)
       AS c(n integer, hold uuid, amount numeric, ttl_ms integer, scopes json)
     CROSS JOIN LATERAL json_to_recordset(c.scopes) AS s(scope text, value text)
     JOIN budget b ON b.scope = s.scope AND b.scope_value IN (s.value, '*')
     CROSS JOIN LATERAL (SELECT budget_period_start(b.period, b.time_zone, now())) AS period(starts_at)
     -- OFFSET 0 keeps it a look-up by the whole key.
     LEFT JOIN LATERAL (SELECT id FROM budget_window
       WHERE budget_id = b.id AND subject = s.value AND starts_at = period.starts_at
       OFFSET 0) AS w ON true
   $$`,

  // Opens what is missing. A budget that began within the period counts what was booked before it:
  // that may be much of the ledger, once, so no plan is ruled out here.
  `CREATE FUNCTION budget_open(targets budget_target[]) RETURNS void LANGUAGE plpgsql
   SET enable_seqscan = on SET enable_hashjoin = on AS $$
   DECLARE
     fresh record;
     belongs text;
   BEGIN
     FOR fresh IN
       -- Who deletes a budget waits until its new windows can be seen, and takes them with it.
       WITH kept AS (
         SELECT b.id, b.period, b.time_zone FROM budget b
         WHERE b.id IN (SELECT t.budget_id FROM unnest(targets) t WHERE t.window_id IS NULL)
         ORDER BY b.id FOR KEY SHARE
       ), opened AS (
         INSERT INTO budget_window (budget_id, subject, starts_at, ends_at)
         SELECT DISTINCT t.budget_id, t.subject, t.starts_at,
           budget_period_end(b.period, b.time_zone, t.starts_at)
         FROM unnest(targets) t JOIN kept b ON b.id = t.budget_id
         WHERE t.window_id IS NULL ORDER BY 1, 2, 3
         ON CONFLICT (budget_id, subject, starts_at) DO NOTHING
         RETURNING id, budget_id, subject, starts_at
       )
       SELECT o.id, o.subject, b.scope, b.period,
         CASE b.period WHEN 'rolling' THEN now() - make_interval(hours => b.rolling_hours)
           ELSE o.starts_at END AS since
       FROM opened o JOIN budget b ON b.id = o.budget_id
       WHERE b.counting_since > o.starts_at
     LOOP
       belongs := CASE fresh.scope
         WHEN 'global' THEN '$2 = $2'
         WHEN 'user' THEN 'user_id = $2'
         WHEN 'conversation' THEN 'conversation_id = $2'
         WHEN 'workflow_type' THEN 'workflow_type = $2'
         WHEN 'workflow' THEN 'workflow_id = $2'
         WHEN 'run' THEN 'workflow_id = $2'
         -- As the application does it: a date at the end is no part of a model's name.
         WHEN 'model' THEN
           'regexp_replace(lower(request_model), ''[-@]20\\d\\d-?\\d\\d-?\\d\\d.*$'', '''') = $2'
         ELSE '$2 IS NULL'
       END;
       EXECUTE 'INSERT INTO budget_spending (window_id, minute, amount)
         SELECT $3, date_trunc(''minute'', started_at), sum(cost_total) FROM ledger_entry
         WHERE started_at >= $1 AND cost_total > 0 AND ' || belongs || ' GROUP BY 2'
         USING fresh.since, fresh.subject, fresh.id;
       UPDATE budget_window SET spent =
         (SELECT coalesce(sum(amount), 0) FROM budget_spending WHERE window_id = fresh.id)
       WHERE id = fresh.id;
       IF fresh.period <> 'rolling' THEN
         DELETE FROM budget_spending WHERE window_id = fresh.id;
       END IF;
     END LOOP;
   END $$`,

  // All budgets of a call or none; first come, first served. Gives a list of what became of each
  // call that any budget applies to: its windows, or the budget that refuses it.
  `CREATE FUNCTION budget_hold_calls(calls json, runs json) RETURNS json LANGUAGE plpgsql
   ${BY_KEY} AS $$
   DECLARE
     targets budget_target[];
     windows bigint[];
     fits boolean;
     one record;
     refusal json;
     answers json[] := '{}';
   BEGIN
     IF runs IS NOT NULL THEN
       INSERT INTO budget
         (id, scope, scope_value, period, limit_amount, mode, unpriced, thresholds, source)
       SELECT 'run:' || r.id, 'run', r.id, 'forever', r.amount, 'block', 'block', '{}', 'run'
       FROM json_to_recordset(runs) AS r(id text, amount numeric) ORDER BY 1
       ON CONFLICT (id) DO UPDATE SET limit_amount = excluded.limit_amount
         WHERE budget.limit_amount <> excluded.limit_amount;
     END IF;
     targets := ARRAY(SELECT t FROM budget_targets(calls) t);
     IF cardinality(targets) = 0 THEN RETURN '[]'; END IF;
     -- Again, as a budget may be made while windows are opened.
     WHILE EXISTS (SELECT FROM unnest(targets) t WHERE t.window_id IS NULL) LOOP
       PERFORM budget_open(targets);
       targets := ARRAY(SELECT t FROM budget_targets(calls) t);
     END LOOP;
     -- Mostly there is room for all of them. Locked in the order of ids, as everywhere.
     windows := ARRAY(SELECT DISTINCT t.window_id FROM unnest(targets) t);
     PERFORM 1 FROM budget_window WHERE id = ANY (windows) ORDER BY id FOR UPDATE;
     SELECT bool_and(b.mode <> 'block'
       OR NOT need.unpriced AND w.spent + w.held + need.amount <= b.limit_amount)
     INTO fits
     FROM (SELECT t.window_id, coalesce(sum(t.amount), 0) AS amount,
             bool_or(t.amount IS NULL) AS unpriced
           FROM unnest(targets) t GROUP BY t.window_id) need
     JOIN budget_window w ON w.id = need.window_id JOIN budget b ON b.id = w.budget_id;
     IF coalesce(fits, true) THEN
       WITH held AS (
         INSERT INTO budget_hold (id, window_id, amount, expires_at)
         SELECT t.hold, t.window_id, coalesce(t.amount, 0),
           clock_timestamp() + t.ttl_ms * interval '1 ms'
         FROM unnest(targets) t
       )
       UPDATE budget_window w SET held = w.held + need.amount
       FROM (SELECT t.window_id, coalesce(sum(t.amount), 0) AS amount
             FROM unnest(targets) t GROUP BY t.window_id) need
       WHERE w.id = need.window_id;
       RETURN (SELECT json_agg(call) FROM (
         SELECT json_build_object('n', t.n, 'windows', json_agg(t.window_id::text)) AS call
         FROM unnest(targets) t GROUP BY t.n) AS answer);
     END IF;

     PERFORM budget_reclaim(windows);
     FOR one IN
       SELECT t.n, t.hold, t.amount, t.ttl_ms, array_agg(t.window_id) AS windows
       FROM unnest(targets) t GROUP BY t.n, t.hold, t.amount, t.ttl_ms ORDER BY t.n
     LOOP
       SELECT json_build_object(
         'budget', b.id, 'scope', b.scope, 'subject', w.subject,
         'unpriced', one.amount IS NULL AND b.unpriced = 'block',
         'limit', b.limit_amount::text, 'spent', w.spent::text, 'held', w.held::text,
         'resets_at', coalesce(w.ends_at, (
           SELECT min(s.minute) + interval '1 minute' + make_interval(hours => b.rolling_hours)
           FROM budget_spending s WHERE s.window_id = w.id)))
       INTO refusal
       FROM budget_window w JOIN budget b ON b.id = w.budget_id
       WHERE w.id = ANY (one.windows) AND b.mode = 'block' AND CASE
         WHEN one.amount IS NULL THEN b.unpriced = 'block' OR w.spent + w.held >= b.limit_amount
         ELSE one.amount > 0 AND w.spent + w.held + one.amount > b.limit_amount END
       ORDER BY b.limit_amount - w.spent - w.held, b.id LIMIT 1;
       IF FOUND THEN
         answers := answers || json_build_object('n', one.n, 'refusal', refusal);
       ELSE
         INSERT INTO budget_hold (id, window_id, amount, expires_at)
         SELECT one.hold, id, coalesce(one.amount, 0),
           clock_timestamp() + one.ttl_ms * interval '1 ms'
         FROM unnest(one.windows) AS id;
         UPDATE budget_window SET held = held + coalesce(one.amount, 0)
         WHERE id = ANY (one.windows);
         answers := answers ||
           json_build_object('n', one.n, 'windows', one.windows::text[]);
       END IF;
     END LOOP;
     RETURN array_to_json(answers);
   END $$`,
];
