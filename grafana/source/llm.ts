import { dashboard } from './dashboard.ts';
import { GENAI, money, OURS } from './llm-money.ts';
import { bars, timeseries } from './model.ts';
import { orZero, quantileOf } from './promql.ts';
import { labelVariable } from './variables.ts';

const quantile = (q: number, metric: string) =>
  quantileOf(
    q,
    `sum by (le, gen_ai_request_model) (rate(${metric}_bucket{${GENAI}}[$__rate_interval]))`,
  );
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
    ...money,
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
