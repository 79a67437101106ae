import { dashboard } from './dashboard.ts';
import { logRate, logs, stat, timeseries } from './model.ts';
import { increased, orZero, quantileOf } from './promql.ts';
import { hidden, labelVariable, textVariable } from './variables.ts';

const R = '{job=~"$job", path=~"$path"}';
const rate = (metric: string, by: string, labels = R) =>
  `sum by (${by}) (rate(${metric}${labels}[$__rate_interval]))`;
const quantile = (q: number) =>
  quantileOf(q, rate('fastapi_request_duration_seconds_bucket', 'le, path'));
const share = (codes: string) =>
  `(sum(rate(fastapi_requests_total{job=~"$job", path=~"$path", status_code=~"${codes}"}[$__rate_interval])) or vector(0)) / (sum(rate(fastapi_requests_total${R}[$__rate_interval])) > 0)`;

/** The eight panels of the FastAPI example under their names, then what was missing there. */
export const service = dashboard(
  {
    uid: 'spanledger-service',
    title: 'FastAPI-style service',
    description: 'Requests: how many, how fast, which failed, and what was logged of them',
    from: 'now-1h',
    variables: [
      labelVariable('job', 'job', 'fastapi_app_info'),
      labelVariable('path', 'path', 'fastapi_requests_total{job=~"$job"}'),
      textVariable('text', 'Log text'),
      // Lines have the service's own name, which need not be that of the scrape job.
      hidden(labelVariable('service', 'app_name', 'fastapi_app_info{job=~"$job"}')),
    ],
  },
  [
    stat(
      { title: 'Total Requests', description: 'Requests in the chosen time', decimals: 0, w: 6 },
      { expr: orZero(`sum(${increased(`fastapi_requests_total${R}`, '$__range')})`) },
    ),
    stat(
      {
        title: 'In progress',
        description: 'Requests being served at this moment; streams count until their last byte',
        w: 6,
      },
      { expr: 'sum(fastapi_requests_in_progress{job=~"$job"})' },
    ),
    stat(
      {
        title: 'Exceptions',
        description: 'Requests that ended with one, in the chosen time',
        decimals: 0,
        alarmAt: 1,
        w: 6,
      },
      { expr: orZero(`sum(${increased(`fastapi_exceptions_total${R}`, '$__range')})`) },
    ),
    stat(
      {
        title: 'Runs',
        description: 'What answers, and in which version',
        textMode: 'name',
        w: 6,
      },
      {
        expr: 'sum by (app_name, version) (fastapi_app_info{job=~"$job"})',
        legend: '{{app_name}} {{version}}',
      },
    ),
    timeseries(
      { title: 'Requests Per Minute', description: 'By route', unit: 'reqpm' },
      { expr: `${rate('fastapi_requests_total', 'path')} * 60`, legend: '{{path}}' },
    ),
    timeseries(
      {
        title: 'Errors Per Second',
        description: 'Answers of 4xx and 5xx, by status. 499 is a client that left',
        unit: 'reqps',
      },
      {
        expr: orZero(
          rate(
            'fastapi_requests_total',
            'status_code',
            '{job=~"$job", path=~"$path", status_code=~"4..|5.."}',
          ),
        ),
        legend: '{{status_code}}',
      },
    ),
    timeseries(
      { title: 'Average Response Time', description: 'By route, to the last byte', unit: 's' },
      {
        expr: `${rate('fastapi_request_duration_seconds_sum', 'path')} / (${rate('fastapi_request_duration_seconds_count', 'path')} > 0)`,
        legend: '{{path}}',
      },
    ),
    timeseries(
      {
        title: 'Request Duration P60',
        description: 'Six of ten requests are faster. The marks lead to traces',
        unit: 's',
      },
      { expr: quantile(0.6), legend: '{{path}}', exemplars: true },
    ),
    timeseries(
      {
        title: 'CPU Usage',
        description: 'Of one core; the service alone, not its neighbours',
        unit: 'percent',
      },
      {
        expr: 'rate(process_cpu_seconds_total{job=~"$job"}[$__rate_interval]) * 100',
        legend: '{{instance}}',
      },
    ),
    timeseries(
      { title: 'Memory Usage', description: 'Resident memory of the process', unit: 'bytes' },
      { expr: 'process_resident_memory_bytes{job=~"$job"}', legend: '{{instance}}' },
    ),
    { row: 'More' },
    timeseries(
      {
        title: 'P95 and P99',
        description: 'How slow the slowest are. The marks lead to traces',
        unit: 's',
      },
      { expr: quantile(0.95), legend: 'p95 {{path}}', exemplars: true },
      { expr: quantile(0.99), legend: 'p99 {{path}}' },
    ),
    timeseries(
      { title: 'Share of 2xx and 5xx', description: 'Of all answers', unit: 'percentunit' },
      { expr: share('2..'), legend: '2xx' },
      { expr: share('5..'), legend: '5xx' },
    ),
    timeseries(
      {
        title: 'Exceptions by kind',
        description: 'What requests that ended with 5xx failed with',
        unit: 'short',
      },
      {
        expr: orZero(rate('fastapi_exceptions_total', 'exception_type, path')),
        legend: '{{exception_type}} {{path}}',
      },
    ),
    logRate(
      { title: 'Log lines per second', description: 'By level' },
      'sum by (level) (rate({service=~"$service", service!=""} [$__auto]))',
      '{{level}}',
    ),
    logs(
      {
        title: 'Logger Stream',
        description:
          'The newest lines; type in "Log text" to search them. A line opens to its trace',
      },
      '{service=~"$service", service!=""} |~ "(?i)$text"',
    ),
  ],
);
