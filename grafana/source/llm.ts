import { dashboard } from './dashboard.ts';
import { bars, sqlStat, sqlTable, stat, timeseries } from './model.ts';
import { increased, orZero, quantileOf } from './promql.ts';
import { labelVariable } from './variables.ts';

const OURS = 'job=~"$job", provider=~"$provider", model=~"$model"';
const GENAI = 'job=~"$job", gen_ai_provider_name=~"$provider", gen_ai_request_model=~"$model"';
const usd = (by: string, range: string) =>
  `sum by (${by}) (${increased(`spanledger_cost_usd_total{${OURS}}`, range)})`;
const quantile = (q: number, metric: string) =>
  quantileOf(
    q,
    `sum by (le, gen_ai_request_model) (rate(${metric}_bucket{${GENAI}}[$__rate_interval]))`,
  );
const tokens = (bucket: string) =>
  `sum(rate(gen_ai_client_inference_usage_${bucket}_total{${GENAI}}[$__rate_interval])) * 60`;
const DURATION = 'gen_ai_client_inference_duration_seconds';
const PER_CHUNK = 'gen_ai_client_inference_time_per_output_chunk_seconds';
const SPEED = 'spanledger_output_tokens_per_second';
const FIRST_CHUNK = 'gen_ai_client_inference_time_to_first_chunk_seconds';

/** What models cost and how quick they are. */
export const llm = dashboard(
  {
    uid: 'spanledger-llm',
    title: 'LLM cost and latency',
    description: 'What models cost, by whom it is caused, and how quick they are',
    from: 'now-6h',
    variables: [
      labelVariable('job', 'job', 'spanledger_ledger_entries_total'),
      labelVariable('provider', 'provider', 'spanledger_calls_total{job=~"$job"}'),
      labelVariable('model', 'model', 'spanledger_calls_total{job=~"$job", provider=~"$provider"}'),
    ],
  },
  [
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
        description:
          'Calls whose cost is unknown, and so in no total. Add the model to PRICES_FILE',
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
        expr: orZero(
          `sum(${increased(`spanledger_cache_savings_usd_total{${OURS}}`, '$__range')})`,
        ),
      },
    ),
    { row: 'Latency' },
    timeseries(
      {
        title: 'Duration of calls',
        description: 'To the last byte, retries included. The marks lead to traces',
        unit: 's',
      },
      { expr: quantile(0.5, DURATION), legend: 'p50 {{gen_ai_request_model}}' },
      { expr: quantile(0.95, DURATION), legend: 'p95 {{gen_ai_request_model}}', exemplars: true },
    ),
    timeseries(
      {
        title: 'Time to first chunk',
        description: 'Of streamed answers, from the request',
        unit: 's',
        noValue: 'no streamed call in this time',
      },
      { expr: quantile(0.5, FIRST_CHUNK), legend: 'p50 {{gen_ai_request_model}}' },
      {
        expr: quantile(0.95, FIRST_CHUNK),
        legend: 'p95 {{gen_ai_request_model}}',
        exemplars: true,
      },
    ),
    timeseries(
      {
        title: 'Time between chunks',
        description: 'Of streamed answers, p95 of each answer’s average',
        unit: 's',
        noValue: 'no streamed call in this time',
      },
      { expr: quantile(0.95, PER_CHUNK), legend: '{{gen_ai_request_model}}', exemplars: true },
    ),
    timeseries(
      {
        title: 'Output tokens per second',
        description: 'Of streamed answers, from the first chunk to the last: the median',
        noValue: 'no streamed call in this time',
      },
      { expr: quantile(0.5, SPEED), legend: '{{gen_ai_request_model}}' },
    ),
    timeseries(
      {
        title: 'Duration of workflows',
        description: 'p95, by type',
        unit: 's',
        noValue: 'no workflow in this time',
      },
      {
        expr: quantileOf(
          0.95,
          'sum by (le, gen_ai_workflow_name) (rate(gen_ai_invoke_workflow_duration_seconds_bucket{job=~"$job"}[$__rate_interval]))',
        ),
        legend: '{{gen_ai_workflow_name}}',
        exemplars: true,
      },
    ),
    timeseries(
      {
        title: 'Duration of tools',
        description: 'p95, by name',
        unit: 's',
        noValue: 'no tool in this time',
      },
      {
        expr: quantileOf(
          0.95,
          'sum by (le, gen_ai_tool_name) (rate(gen_ai_execute_tool_duration_seconds_bucket{job=~"$job"}[$__rate_interval]))',
        ),
        legend: '{{gen_ai_tool_name}}',
        exemplars: true,
      },
    ),
    { row: 'Trouble' },
    timeseries(
      { title: 'Failed calls per minute', description: 'By what they failed with' },
      {
        expr: orZero(
          `sum by (model, error_type) (rate(spanledger_call_errors_total{${OURS}}[$__rate_interval])) * 60`,
        ),
        legend: '{{model}} {{error_type}}',
      },
    ),
    timeseries(
      {
        title: 'Retries per minute',
        description: 'Attempts beyond the first of a call, which the SDKs make by themselves',
      },
      {
        expr: 'sum by (provider) (rate(spanledger_call_retries_total{job=~"$job", provider=~"$provider"}[$__rate_interval])) * 60',
        legend: '{{provider}}',
      },
    ),
    timeseries(
      {
        title: 'What is known of the cost',
        description: 'Calls per minute: priced, partial (cut or incomplete), unpriced, free',
        stacked: true,
      },
      {
        expr: `sum by (status) (rate(spanledger_calls_total{${OURS}}[$__rate_interval])) * 60`,
        legend: '{{status}}',
      },
    ),
    bars(
      {
        title: 'Budgets: used of the limit',
        description: 'Spent and held',
        unit: 'percentunit',
        w: 12,
        noValue: 'there are no budgets',
      },
      {
        expr: 'max by (budget, scope) (budget_scope:spanledger_budget_used:ratio)',
        legend: '{{budget}} ({{scope}})',
      },
    ),
    timeseries(
      { title: 'Calls refused by budgets', description: 'Per minute' },
      {
        expr: orZero(
          'sum by (budget) (rate(spanledger_budget_refusals_total{job=~"$job"}[$__rate_interval])) * 60',
        ),
        legend: '{{budget}}',
      },
    ),
  ],
);
