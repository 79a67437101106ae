import type { Registry } from 'prom-client';
import {
  LegacyGenAiMetric,
  prometheusName,
  type MetricConvention,
} from '../../genai/conventions/index.js';
import { totalInput, totalOutput } from '../../genai/usage/index.js';
import type { EntryDraft } from '../../ledger/index.js';
import type { CallName } from './call-names.js';
import { ExemplarHistogram } from './exemplar-histogram.js';

/** The two metrics that older dashboards of generative AI know. */
export class LegacyCallMetrics {
  readonly tokenUsage: ExemplarHistogram;
  readonly duration: ExemplarHistogram;

  constructor(registry: Registry) {
    const labels = ['gen_ai_operation_name', 'gen_ai_system', 'gen_ai_request_model'];
    const histogram = (metric: MetricConvention, help: string, more: string[]) =>
      new ExemplarHistogram(registry, {
        name: prometheusName(metric),
        help,
        labelNames: [...labels, ...more],
        buckets: metric.buckets ?? [],
      });
    this.tokenUsage = histogram(LegacyGenAiMetric.tokenUsage, 'Tokens of a call', [
      'gen_ai_token_type',
    ]);
    this.duration = histogram(LegacyGenAiMetric.operationDuration, 'Duration of model calls', []);
  }

  count(entry: EntryDraft, { provider, model }: CallName): void {
    const labels = {
      gen_ai_operation_name: entry.operation,
      gen_ai_system: provider,
      gen_ai_request_model: model,
    };
    const tokens = { input: totalInput(entry.usage), output: totalOutput(entry.usage) };
    for (const [type, count] of Object.entries(tokens)) {
      this.tokenUsage.observe({ ...labels, gen_ai_token_type: type }, count, undefined);
    }
    this.duration.observe(labels, entry.durationMs / 1000, undefined);
  }
}
