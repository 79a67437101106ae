import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Counter, Gauge, Registry, collectDefaultMetrics } from 'prom-client';
import { WorkerLink } from '../../cluster/index.js';
import { AppConfig } from '../../config/index.js';
import { onWork } from '../../genai/observe/index.js';
import { PriceBook } from '../../genai/pricing/index.js';
import { LedgerFeed, LedgerService } from '../../ledger/index.js';
import { Retries } from '../../llm/index.js';
import { CatalogueRefresh } from '../../prices/index.js';
import { Lifecycle } from '../lifecycle.js';
import { VERSION } from '../../version.js';
import { CallMetrics } from './call-metrics.js';
import type { Aggregator, MetricFamily, Sample } from '../../exposition/index.js';
import { HttpMetrics } from './http-metrics.js';
import { LegacyCallMetrics } from './legacy-call-metrics.js';
import { registerStateMetrics } from './state-metrics.js';
import { WorkMetrics } from './work-metrics.js';

/** Where this process's numbers are kept. Independent of what traces are sampled or exported. */
@Injectable()
export class MetricsService implements OnModuleInit, OnApplicationShutdown {
  readonly registry = new Registry();
  readonly http: HttpMetrics;
  readonly #stopListening: () => void;
  readonly #link = new WorkerLink(() => this.families());

  constructor(
    config: AppConfig,
    ledger: LedgerService,
    feed: LedgerFeed,
    prices: PriceBook,
    refresh: CatalogueRefresh,
    lifecycle: Lifecycle,
    retries: Retries,
  ) {
    const { registry } = this;
    collectDefaultMetrics({ register: registry });
    this.http = new HttpMetrics(registry, config.metricsPrefix);
    const calls = new CallMetrics(registry, prices);
    const work = new WorkMetrics(registry);
    const legacy = config.compat.includes('genai-legacy')
      ? new LegacyCallMetrics(registry)
      : undefined;
    const booked = new Counter({
      name: 'spanledger_ledger_entries_total',
      help: 'Entries booked',
      registers: [registry],
    });
    new Gauge({
      name: `${config.metricsPrefix}_app_info`,
      help: 'Always 1; its labels say what runs here',
      labelNames: ['app_name', 'version'],
      registers: [registry],
      aggregator: 'first',
    }).set({ app_name: config.serviceName, version: VERSION }, 1);
    registerStateMetrics(registry, { ledger, feed, refresh, lifecycle, retries });

    ledger.onBooked((entry) => {
      booked.inc();
      const names = calls.count(entry);
      legacy?.count(entry, names);
    });
    this.#stopListening = onWork((record) => work.count(record));
  }

  onModuleInit(): void {
    this.#link.start();
  }

  /** The numbers of all workers. */
  totals(): Promise<MetricFamily[]> {
    return this.#link.totals();
  }

  /** This process's own, as they are now. */
  async families(): Promise<MetricFamily[]> {
    const metrics = await this.registry.getMetricsAsJSON();
    return metrics.map(({ name, help, type, values, aggregator }) => ({
      name,
      help,
      type: String(type),
      aggregator: aggregator as Aggregator,
      samples: (values as Sample[]).map(sampleOf),
    }));
  }

  async onApplicationShutdown(): Promise<void> {
    this.#stopListening();
    await this.#link.stop();
  }
}

/** prom-client's own metrics have more fields, and no exemplars. */
function sampleOf({ metricName, labels, value, exemplar }: Sample): Sample {
  return { metricName, labels, value, ...(exemplar && { exemplar }) };
}
