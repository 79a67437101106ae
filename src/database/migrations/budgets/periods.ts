/**
 * Calendar periods in a named time zone. A day or longer begins at local midnight, so that one is
 * 23 or 25 hours long when clocks change; an hour is always one. Rolling and endless budgets have
 * one window for ever.
 */
export const PERIODS = [
  `CREATE FUNCTION budget_period_start(period text, zone text, at timestamptz)
   RETURNS timestamptz LANGUAGE sql STABLE AS $$
     SELECT CASE WHEN period IN ('hour', 'day', 'week', 'month')
       THEN date_trunc(period, at, zone) ELSE 'epoch'::timestamptz END
   $$`,

  // By the local calendar, but for the hour: a repeated local hour is two hours.
  `CREATE FUNCTION budget_period_end(period text, zone text, at timestamptz)
   RETURNS timestamptz LANGUAGE sql STABLE AS $$
     SELECT CASE
       WHEN period = 'hour' THEN date_trunc('hour', at, zone) + interval '1 hour'
       WHEN period IN ('day', 'week', 'month')
         THEN (date_trunc(period, at AT TIME ZONE zone) + ('1 ' || period)::interval)
           AT TIME ZONE zone
     END
   $$`,
];
