import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { AppConfig } from '../config/index.js';
import { PriceBook } from '../genai/pricing/index.js';
import { totalInput, totalOutput } from '../genai/usage/index.js';
import { LedgerFeed, LedgerService, type EntryDraft } from '../ledger/index.js';
import { HttpMetrics } from './http-metrics.js';
import { VERSION } from '../version.js';

/** Buckets of OpenTelemetry's `gen_ai.client.inference.duration`, seconds. */
const INFERENCE_BUCKETS = [
  0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
];

/** Where the service's numbers are kept. Model calls are counted when the ledger has them. */
@Injectable()
export class MetricsService {
  readonly registry = new Registry();
  readonly http: HttpMetrics;
  readonly #cost: Counter;
  readonly #calls: Counter;
  readonly #inputTokens: Counter;
  readonly #outputTokens: Counter;
  readonly #duration: Histogram;

  constructor(
    config: AppConfig,
    ledger: LedgerService,
    feed: LedgerFeed,
    private readonly prices: PriceBook,
  ) {
    const registers = [this.registry];
    const model = ['gen_ai_operation_name', 'gen_ai_provider_name', 'gen_ai_request_model'];
    collectDefaultMetrics({ register: this.registry });
    this.http = new HttpMetrics(this.registry, config.metricsPrefix);
    new Counter({
      name: `${config.metricsPrefix}_app_info`,
      help: 'Always 1; its labels say what runs here',
      labelNames: ['app_name', 'version'],
      registers,
    }).inc({ app_name: config.serviceName, version: VERSION });
    this.#cost = new Counter({
      name: 'spanledger_cost_usd_total',
      help: 'USD booked; unpriced calls are not in it',
      labelNames: ['provider', 'model', 'operation'],
      registers,
    });
    this.#calls = new Counter({
      name: 'spanledger_calls_total',
      help: 'Model calls booked, by outcome and by what is known of their cost',
      labelNames: ['provider', 'model', 'operation', 'status', 'cost_status'],
      registers,
    });
    this.#inputTokens = new Counter({
      name: 'gen_ai_client_inference_usage_input_tokens_total',
      help: 'Input tokens, cached ones included',
      labelNames: model,
      registers,
    });
    this.#outputTokens = new Counter({
      name: 'gen_ai_client_inference_usage_output_tokens_total',
      help: 'Output tokens, reasoning included',
      labelNames: model,
      registers,
    });
    this.#duration = new Histogram({
      name: 'gen_ai_client_inference_duration_seconds',
      help: 'Duration of model calls, retries included',
      labelNames: [...model, 'error_type'],
      buckets: INFERENCE_BUCKETS,
      registers,
    });
    this.#gauge(
      'spanledger_ledger_waiting',
      'Entries that wait for their commit',
      () => ledger.waiting,
    );
    this.#gauge(
      'spanledger_feed_dropped',
      'Calls seen by the span processor that could not be booked since the start',
      () => feed.dropped,
    );
    ledger.onBooked((entry) => this.#count(entry));
  }

  /** The name of a model that nobody prices may be anything that a caller thought of. */
  #modelLabel({ provider, requestModel, startedAt }: EntryDraft): string {
    const known = this.prices.find({ provider, model: requestModel, at: startedAt });
    return known ? requestModel : 'other';
  }

  #gauge(name: string, help: string, read: () => number): void {
    const gauge = new Gauge({
      name,
      help,
      registers: [],
      collect() {
        this.set(read());
      },
    });
    this.registry.registerMetric(gauge);
  }

  #count(entry: EntryDraft): void {
    const { provider, operation, status, cost, usage } = entry;
    const model = this.#modelLabel(entry);
    this.#calls.inc({ provider, model, operation, status, cost_status: cost.status });
    if (cost.total) this.#cost.inc({ provider, model, operation }, Number(cost.total) / 1e12);
    const labels = {
      gen_ai_operation_name: operation,
      gen_ai_provider_name: provider,
      gen_ai_request_model: model,
    };
    this.#inputTokens.inc(labels, totalInput(usage));
    this.#outputTokens.inc(labels, totalOutput(usage));
    this.#duration.observe(
      { ...labels, error_type: entry.errorType ?? '' },
      entry.durationMs / 1000,
    );
  }
}
