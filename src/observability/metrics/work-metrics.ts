import type { Registry } from 'prom-client';
import {
  GenAiMetric,
  prometheusName,
  type MetricConvention,
} from '../../genai/conventions/index.js';
import type { WorkRecord } from '../../genai/observe/index.js';
import { BoundedNames } from './bounded-names.js';
import { ExemplarHistogram } from './exemplar-histogram.js';

const MOST_NAMES = 100;
const MOST_ERROR_TYPES = 50;

/** How long workflows and tools take: whatever `@Workflow` and `@Observe` see. */
export class WorkMetrics {
  readonly workflow: ExemplarHistogram;
  readonly tool: ExemplarHistogram;
  readonly #workflowNames = new BoundedNames(MOST_NAMES);
  readonly #toolNames = new BoundedNames(MOST_NAMES);
  readonly #errorTypes = new BoundedNames(MOST_ERROR_TYPES);

  constructor(registry: Registry) {
    const histogram = (metric: MetricConvention, help: string, label: string) =>
      new ExemplarHistogram(registry, {
        name: prometheusName(metric),
        help,
        labelNames: [label, 'error_type'],
        buckets: metric.buckets ?? [],
      });
    this.workflow = histogram(
      GenAiMetric.workflowDuration,
      'Duration of workflow runs',
      'gen_ai_workflow_name',
    );
    this.tool = histogram(
      GenAiMetric.toolDuration,
      'Duration of tool executions',
      'gen_ai_tool_name',
    );
  }

  count({ kind, name, durationMs, errorType, traceId }: WorkRecord): void {
    const error_type = errorType === undefined ? '' : this.#errorTypes.label(errorType);
    const seconds = durationMs / 1000;
    if (kind === 'workflow') {
      const gen_ai_workflow_name = this.#workflowNames.label(name);
      this.workflow.observe({ gen_ai_workflow_name, error_type }, seconds, traceId);
    } else if (kind === 'tool') {
      const gen_ai_tool_name = this.#toolNames.label(name);
      this.tool.observe({ gen_ai_tool_name, error_type }, seconds, traceId);
    }
  }
}
