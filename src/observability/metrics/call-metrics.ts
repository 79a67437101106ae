import { TraceFlags, context, trace } from '@opentelemetry/api';
import { Counter, type Registry } from 'prom-client';
import {
  GenAiMetric,
  prometheusName,
  type MetricConvention,
} from '../../genai/conventions/index.js';
import type { PriceBook } from '../../genai/pricing/index.js';
import { totalInput, totalOutput } from '../../genai/usage/index.js';
import type { EntryDraft } from '../../ledger/index.js';
import { BoundedNames } from './bounded-names.js';
import { CallNames, type CallName } from './call-names.js';
import { ExemplarHistogram } from './exemplar-histogram.js';

const GEN_AI_LABELS = ['gen_ai_operation_name', 'gen_ai_provider_name', 'gen_ai_request_model'];
const MODEL_LABELS = ['provider', 'model', 'operation'];

/** Tokens per second: from a model on one's own laptop to the fastest that are sold. */
const SPEED_BUCKETS = [5, 10, 20, 40, 60, 80, 100, 150, 200, 400, 800, 1600];

/** Kinds of failures come from providers and SDKs: few, but not ours to choose. */
const MOST_ERROR_TYPES = 50;
const MOST_WORKFLOW_TYPES = 100;

/** Model calls by what they used, took and cost: counted when the ledger has them. */
export class CallMetrics {
  readonly duration: ExemplarHistogram;
  readonly timeToFirstChunk: ExemplarHistogram;
  readonly timePerChunk: ExemplarHistogram;
  readonly outputSpeed: ExemplarHistogram;
  readonly #names: CallNames;
  readonly #errorTypes = new BoundedNames(MOST_ERROR_TYPES);
  readonly #workflowTypes = new BoundedNames(MOST_WORKFLOW_TYPES);
  readonly #tokens: ReadonlyArray<readonly [Counter, (entry: EntryDraft) => number]>;
  readonly #cost: Counter;
  readonly #workflowCost: Counter;
  readonly #cacheSavings: Counter;
  readonly #calls: Counter;
  readonly #errors: Counter;

  constructor(registry: Registry, prices: PriceBook) {
    const counter = (name: string, help: string, labelNames: string[]) =>
      new Counter({ name, help, labelNames, registers: [registry] });
    const tokens = (metric: MetricConvention, help: string) =>
      counter(prometheusName(metric), help, GEN_AI_LABELS);
    const histogram = (metric: MetricConvention, help: string) =>
      new ExemplarHistogram(registry, {
        name: prometheusName(metric),
        help,
        labelNames: [...GEN_AI_LABELS, 'error_type'],
        buckets: metric.buckets ?? [],
      });
    this.#names = new CallNames(prices);
    this.#tokens = [
      [
        tokens(GenAiMetric.inputTokens, 'Input tokens, cached ones included'),
        ({ usage }) => totalInput(usage),
      ],
      [
        tokens(GenAiMetric.outputTokens, 'Output tokens, reasoning included'),
        ({ usage }) => totalOutput(usage),
      ],
      [
        tokens(GenAiMetric.cacheReadInputTokens, 'Input tokens read from the prompt cache'),
        ({ usage }) => usage.cacheRead,
      ],
      [
        tokens(GenAiMetric.cacheWriteInputTokens, 'Input tokens written to the prompt cache'),
        ({ usage }) => usage.cacheWrite5m + usage.cacheWrite1h,
      ],
      [
        tokens(GenAiMetric.reasoningOutputTokens, 'Output tokens of reasoning'),
        ({ usage }) => usage.reasoning,
      ],
    ];
    this.duration = histogram(
      GenAiMetric.inferenceDuration,
      'Duration of model calls, retries included',
    );
    this.timeToFirstChunk = histogram(
      GenAiMetric.timeToFirstChunk,
      'Time from the request to the first chunk of a streamed answer',
    );
    this.timePerChunk = histogram(
      GenAiMetric.timePerOutputChunk,
      'Time between two chunks of a streamed answer, its average',
    );
    this.outputSpeed = new ExemplarHistogram(registry, {
      name: 'spanledger_output_tokens_per_second',
      help: 'Output tokens of a streamed answer by the time from its first chunk to its last',
      labelNames: [...GEN_AI_LABELS, 'error_type'],
      buckets: SPEED_BUCKETS,
    });
    this.#cost = counter(
      'spanledger_cost_usd_total',
      'USD booked, by what was billed; unpriced calls are not in it',
      [...MODEL_LABELS, 'kind'],
    );
    this.#workflowCost = counter(
      'spanledger_workflow_cost_usd_total',
      'USD booked under workflows, by their type',
      ['workflow_type'],
    );
    this.#cacheSavings = counter(
      'spanledger_cache_savings_usd_total',
      'USD that input read from the prompt cache would have cost more without it',
      ['provider', 'model'],
    );
    this.#calls = counter(
      'spanledger_calls_total',
      'Model calls booked, by what is known of their cost: priced, partial, unpriced, free',
      [...MODEL_LABELS, 'status'],
    );
    this.#errors = counter('spanledger_call_errors_total', 'Model calls that failed', [
      'provider',
      'model',
      'error_type',
    ]);
  }

  /**
   * To be called in the context of the call.
   *
   * @returns the names it was counted under
   */
  count(entry: EntryDraft): CallName {
    const { operation, cost, scope, usage } = entry;
    const names = this.#names.of(entry);
    const { provider, model } = names;
    this.#calls.inc({ provider, model, operation, status: cost.status });
    this.#countCost(entry, { provider, model, operation });
    const savings = usage.cacheRead * this.#names.savedByCachedToken(entry);
    if (savings > 0) this.#cacheSavings.inc({ provider, model }, savings);
    if (cost.total && scope.workflowId !== undefined) {
      const type = this.#workflowTypes.label(scope.workflowType ?? 'unnamed');
      this.#workflowCost.inc({ workflow_type: type }, usd(cost.total));
    }
    const errorType = entry.errorType === undefined ? '' : this.#errorTypes.label(entry.errorType);
    if (errorType) this.#errors.inc({ provider, model, error_type: errorType });

    const labels = {
      gen_ai_operation_name: operation,
      gen_ai_provider_name: provider,
      gen_ai_request_model: model,
    };
    for (const [counter, tokensOf] of this.#tokens) counter.inc(labels, tokensOf(entry));
    const traceId = exportedTraceOf(entry);
    const timed = { ...labels, error_type: errorType };
    this.duration.observe(timed, entry.durationMs / 1000, traceId);
    this.#observeStream(entry, timed, traceId);
    return names;
  }

  #observeStream(entry: EntryDraft, labels: Record<string, string>, traceId?: string): void {
    const { timeToFirstChunkMs, timePerChunkMs, durationMs, usage } = entry;
    if (timeToFirstChunkMs === undefined) return;
    this.timeToFirstChunk.observe(labels, timeToFirstChunkMs / 1000, traceId);
    if (timePerChunkMs !== undefined) {
      this.timePerChunk.observe(labels, timePerChunkMs / 1000, traceId);
    }
    const streamedSeconds = (durationMs - timeToFirstChunkMs) / 1000;
    const tokens = totalOutput(usage);
    if (tokens > 1 && streamedSeconds > 0) {
      this.outputSpeed.observe(labels, tokens / streamedSeconds, traceId);
    }
  }

  #countCost({ cost }: EntryDraft, labels: Record<string, string>): void {
    if (!cost.total) return;
    if (!cost.buckets) return this.#cost.inc({ ...labels, kind: 'other' }, usd(cost.total));
    const { input, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning, requests } =
      cost.buckets;
    const kinds = {
      input,
      cache_read: cacheRead,
      cache_write: cacheWrite5m + cacheWrite1h,
      output,
      reasoning,
      request: requests,
    };
    for (const [kind, amount] of Object.entries(kinds)) {
      if (amount > 0n) this.#cost.inc({ ...labels, kind }, usd(amount));
    }
  }
}

/** A metric is a float whatever is put in; exact sums are the ledger's. */
function usd(picodollars: bigint): number {
  return Number(picodollars) / 1e12;
}

/** The entry's trace, if it is one that is exported: an exemplar has to lead somewhere. */
function exportedTraceOf({ traceId }: EntryDraft): string | undefined {
  const active = trace.getSpanContext(context.active());
  if (!active || active.traceId !== traceId) return undefined;
  return active.traceFlags & TraceFlags.SAMPLED ? traceId : undefined;
}
