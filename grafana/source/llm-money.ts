import { bars, type Panel, type Row, sqlStat, sqlTable, stat, timeseries } from './model.ts';
import { increased, orZero } from './promql.ts';

/** Series of the service's own, of the calls that are chosen. */
export const OURS = 'job=~"$job", provider=~"$provider", model=~"$model"';
/** The same of the conventions' names. */
export const GENAI =
  'job=~"$job", gen_ai_provider_name=~"$provider", gen_ai_request_model=~"$model"';
const usd = (by: string, range: string) =>
  `sum by (${by}) (${increased(`spanledger_cost_usd_total{${OURS}}`, range)})`;
const tokens = (bucket: string) =>
  `sum(rate(gen_ai_client_inference_usage_${bucket}_total{${GENAI}}[$__rate_interval])) * 60`;

/** What models cost: the panels of the upper half. */
export const money: ReadonlyArray<Panel | Row> = [
  stat(
    {
      title: 'Spent in this time',
      description: 'USD, by the prices in force at each call. Unpriced calls are not in it',
      unit: 'currencyUSD',
      decimals: 4,
    },
    { expr: orZero(`sum(${increased(`spanledger_cost_usd_total{${OURS}}`, '$__range')})`) },
  ),
  sqlStat(
    {
      title: 'Spent today',
      description: 'USD since midnight UTC, of all models: exact, from the ledger',
      unit: 'currencyUSD',
      decimals: 4,
    },
    `SELECT coalesce(sum(cost_total), 0) / 1e12 AS usd FROM ledger_current
       WHERE started_at >= date_trunc('day', now(), 'UTC')`,
  ),
  stat(
    {
      title: 'Spent per hour',
      description: 'USD an hour, at the pace of the last hour',
      unit: 'currencyUSD',
      decimals: 4,
    },
    { expr: orZero(`sum(${increased(`spanledger_cost_usd_total{${OURS}}`, '1h')})`) },
  ),
  stat(
    {
      title: 'Calls',
      description: 'Calls of models in this time, failed ones included',
      decimals: 0,
    },
    { expr: orZero(`sum(${increased(`spanledger_calls_total{${OURS}}`, '$__range')})`) },
  ),
  stat(
    {
      title: 'Unpriced calls',
      description: 'Calls whose cost is unknown, and so in no total. Add the model to PRICES_FILE',
      decimals: 0,
      alarmAt: 1,
    },
    {
      expr: orZero(
        `sum(${increased(`spanledger_calls_total{${OURS}, status="unpriced"}`, '$__range')})`,
      ),
    },
  ),
  stat(
    {
      title: 'Age of the prices',
      description: 'Since the price catalogue was released',
      unit: 's',
      warnAt: 60 * 86_400,
      alarmAt: 90 * 86_400,
    },
    { expr: 'max(spanledger_price_catalogue_age_seconds{job=~"$job"})' },
  ),
  { row: 'Money' },
  timeseries(
    {
      title: 'Spend per hour, by model',
      description: 'USD an hour',
      unit: 'currencyUSD',
      stacked: true,
    },
    {
      expr: `sum by (model) (rate(spanledger_cost_usd_total{${OURS}}[$__rate_interval])) * 3600`,
      legend: '{{model}}',
    },
  ),
  timeseries(
    {
      title: 'Spend per hour, by operation',
      description: 'USD an hour',
      unit: 'currencyUSD',
      stacked: true,
    },
    {
      expr: `sum by (operation) (rate(spanledger_cost_usd_total{${OURS}}[$__rate_interval])) * 3600`,
      legend: '{{operation}}',
    },
  ),
  timeseries(
    {
      title: 'Spend per hour, by workflow type',
      description: 'USD an hour, of calls in workflows; of all models',
      unit: 'currencyUSD',
      stacked: true,
      noValue: 'no call in a workflow in this time',
    },
    {
      expr: 'sum by (workflow_type) (rate(spanledger_workflow_cost_usd_total{job=~"$job"}[$__rate_interval])) * 3600',
      legend: '{{workflow_type}}',
    },
  ),
  timeseries(
    {
      title: 'Spend per hour, by what is billed',
      description: 'USD an hour: input, cache, output, reasoning, fees',
      unit: 'currencyUSD',
      stacked: true,
    },
    {
      expr: `sum by (kind) (rate(spanledger_cost_usd_total{${OURS}}[$__rate_interval])) * 3600`,
      legend: '{{kind}}',
    },
  ),
  bars(
    {
      title: 'Spend by operation',
      description: 'USD in this time',
      unit: 'currencyUSD',
      decimals: 4,
    },
    { expr: usd('operation', '$__range'), legend: '{{operation}}' },
  ),
  bars(
    {
      title: 'Spend by workflow type',
      description: 'USD in this time, of calls in workflows',
      unit: 'currencyUSD',
      decimals: 4,
      noValue: 'no call in a workflow in this time',
    },
    {
      expr: `sum by (workflow_type) (${increased('spanledger_workflow_cost_usd_total{job=~"$job"}', '$__range')})`,
      legend: '{{workflow_type}}',
    },
  ),
  bars(
    {
      title: 'Cost per call',
      description: 'USD, the mean of this time',
      unit: 'currencyUSD',
      decimals: 6,
    },
    {
      expr: `${usd('model', '$__range')} / on (model) (sum by (model) (${increased(`spanledger_calls_total{${OURS}}`, '$__range')}) > 0)`,
      legend: '{{model}}',
    },
  ),
  sqlTable(
    {
      title: 'Spent today, by model, operation and workflow type',
      description: 'Since midnight UTC, of all models: exact, from the ledger',
      units: { usd: 'currencyUSD' },
    },
    `SELECT request_model AS model, operation, coalesce(workflow_type, '') AS workflow_type,
         count(*)::int AS calls, coalesce(sum(cost_total), 0) / 1e12 AS usd
       FROM ledger_current WHERE started_at >= date_trunc('day', now(), 'UTC')
       GROUP BY 1, 2, 3 ORDER BY usd DESC LIMIT 100`,
  ),
  timeseries(
    {
      title: 'Tokens per minute',
      description: 'Cached tokens are a part of input, reasoning a part of output',
      w: 16,
    },
    { expr: tokens('input_tokens'), legend: 'input' },
    { expr: tokens('cache_read_input_tokens'), legend: 'of it read from cache' },
    { expr: tokens('cache_write_input_tokens'), legend: 'of it written to cache' },
    { expr: tokens('output_tokens'), legend: 'output' },
    { expr: tokens('reasoning_output_tokens'), legend: 'of it reasoning' },
  ),
  stat(
    {
      title: 'Saved by the cache',
      description: 'USD that input read from the prompt cache would have cost more, in this time',
      unit: 'currencyUSD',
      decimals: 4,
      w: 8,
      h: 8,
    },
    {
      expr: orZero(`sum(${increased(`spanledger_cache_savings_usd_total{${OURS}}`, '$__range')})`),
    },
  ),
];
