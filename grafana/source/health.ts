import { dashboard } from './dashboard.ts';
import { sqlStat, stat, timeseries } from './model.ts';
import { increased, orZero } from './promql.ts';
import { labelVariable } from './variables.ts';

/** What one of the servers behind the service did not keep. */
const lost = (metric: string) => orZero(`sum by (reason) (rate(${metric}[$__rate_interval])) * 60`);

/** Whether what the other dashboards show can be trusted. */
export const health = dashboard(
  {
    uid: 'spanledger-health',
    title: 'Health of the observability',
    description: 'Whether anything of the ledger, the traces or the metrics is late or lost',
    from: 'now-3h',
    variables: [labelVariable('job', 'job', 'spanledger_ledger_entries_total')],
  },
  [
    stat(
      {
        title: 'Servers that answer',
        description: 'Scrape targets that are up, and all of them',
        w: 6,
      },
      { expr: 'sum(up)', legend: 'up' },
      { expr: 'count(up)', legend: 'of' },
    ),
    stat(
      {
        title: 'Bookings that failed',
        description: 'Calls that the ledger does not have, in this time',
        decimals: 0,
        alarmAt: 1,
        w: 6,
      },
      {
        expr: orZero(
          `sum(${increased('spanledger_ledger_failures_total{job=~"$job"}', '$__range')})`,
        ),
      },
    ),
    stat(
      {
        title: 'Spans and log records lost',
        description: 'Made and never exported, in this time',
        decimals: 0,
        warnAt: 1,
        w: 6,
      },
      {
        expr: orZero(
          `sum(${increased('spanledger_telemetry_dropped_total{job=~"$job"}', '$__range')})`,
        ),
      },
    ),
    stat(
      {
        title: 'Exports that failed',
        description: 'After all retries, in this time',
        decimals: 0,
        warnAt: 1,
        w: 6,
      },
      {
        expr: orZero(
          `sum(${increased('spanledger_export_failures_total{job=~"$job"}', '$__range')})`,
        ),
      },
    ),
    { row: 'Ledger' },
    timeseries(
      {
        title: 'Entries booked per second',
        description: 'Calls of models that the database has confirmed',
      },
      {
        expr: 'sum by (instance) (rate(spanledger_ledger_entries_total{job=~"$job"}[$__rate_interval]))',
        legend: '{{instance}}',
      },
    ),
    timeseries(
      {
        title: 'Ledger lag',
        description: 'How long the oldest entry waits for its commit; answers wait for it',
        unit: 's',
      },
      {
        expr: 'max by (instance) (spanledger_ledger_lag_seconds{job=~"$job"})',
        legend: '{{instance}}',
      },
    ),
    timeseries(
      {
        title: 'Entries that wait',
        description: 'For their commit; on disk while the database is away',
      },
      {
        expr: 'sum by (instance) (spanledger_ledger_pending{job=~"$job"})',
        legend: '{{instance}}',
      },
      {
        expr: 'max by (instance) (spanledger_ledger_spilled{job=~"$job"})',
        legend: '{{instance}}, on disk',
      },
    ),
    timeseries(
      {
        title: 'Lost telemetry per minute',
        description: 'By signal and reason: the queue was full, or the export failed',
      },
      {
        expr: orZero(
          'sum by (signal, reason) (rate(spanledger_telemetry_dropped_total{job=~"$job"}[$__rate_interval])) * 60',
        ),
        legend: '{{signal}} {{reason}}',
      },
    ),
    timeseries(
      {
        title: 'Lost on the way per minute',
        description: 'Lines that Alloy gave up or Loki refused, spans that Tempo refused, and why',
        w: 24,
      },
      { expr: lost('loki_write_dropped_entries_total'), legend: 'lines, Alloy {{reason}}' },
      { expr: lost('loki_discarded_samples_total'), legend: 'lines, Loki {{reason}}' },
      { expr: lost('tempo_discarded_spans_total'), legend: 'spans, Tempo {{reason}}' },
    ),
    { row: 'Servers' },
    timeseries(
      { title: 'Up', description: '1 while Prometheus can read a server’s metrics' },
      { expr: 'up', legend: '{{job}} {{instance}}' },
    ),
    timeseries(
      { title: 'Time of a scrape', description: 'Near 10 s a scrape is given up', unit: 's' },
      { expr: 'scrape_duration_seconds', legend: '{{job}}' },
    ),
    timeseries(
      { title: 'CPU of the servers', description: 'Cores', unit: 'short' },
      {
        expr: 'sum by (job) (rate(process_cpu_seconds_total[$__rate_interval]))',
        legend: '{{job}}',
      },
    ),
    timeseries(
      {
        title: 'Memory of the servers',
        description: 'Resident; each container may have 1 GiB, Alloy 256 MiB',
        unit: 'bytes',
      },
      { expr: 'sum by (job) (process_resident_memory_bytes)', legend: '{{job}}' },
    ),
    timeseries(
      {
        title: 'Event loop of the service',
        description: 'p99 of its delay: high, and everything waits',
        unit: 's',
      },
      { expr: 'nodejs_eventloop_lag_p99_seconds{job=~"$job"}', legend: '{{instance}}' },
    ),
    timeseries(
      {
        title: 'Series',
        description: 'How many each target has: growth without end is a label too many',
      },
      { expr: 'scrape_samples_scraped', legend: '{{job}}' },
    ),
    // PostgreSQL has no metrics of its own; it answers what is known of it.
    sqlStat(
      {
        title: 'Size of the database',
        description: 'On the disk of PostgreSQL',
        unit: 'bytes',
        w: 8,
      },
      'SELECT pg_database_size(current_database()) AS bytes',
    ),
    sqlStat(
      {
        title: 'Connections to the database',
        description: 'As a part of those that PostgreSQL allows: at 1 it refuses the next',
        unit: 'percentunit',
        w: 8,
        warnAt: 0.7,
        alarmAt: 0.9,
      },
      `SELECT sum(numbackends) / current_setting('max_connections')::numeric AS used
       FROM pg_stat_database`,
    ),
    sqlStat(
      {
        title: 'Reads that memory answered',
        description:
          'Of all pages that queries read since PostgreSQL counts, those it did not read from disk',
        unit: 'percentunit',
        decimals: 2,
        w: 8,
      },
      `SELECT blks_hit / nullif(blks_hit + blks_read, 0)::numeric AS hit
       FROM pg_stat_database WHERE datname = current_database()`,
    ),
  ],
);
