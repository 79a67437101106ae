import type { Metric, Registry } from 'prom-client';
import type { Exemplar, Sample } from '../../exposition/index.js';

interface HistogramOptions {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  readonly buckets: readonly number[];
}

type Labels = Readonly<Record<string, string>>;

/** One series, looked up once. */
export interface TracedSeries {
  /** @param traceId - of a trace that is kept, so that the exemplar leads somewhere */
  observe(value: number, traceId: string | undefined): void;
}

/**
 * A histogram in prom-client's registry whose series are looked up once, and whose buckets remember
 * a trace each. prom-client's own hashes the labels anew at every observation, of a series that was
 * looked up as well.
 */
export class ExemplarHistogram {
  readonly name: string;
  readonly #options: HistogramOptions;
  readonly #series = new Map<string, Series>();

  constructor(registry: Registry, options: HistogramOptions) {
    this.name = options.name;
    this.#options = options;
    // Read as JSON, the registry asks a metric for no more than its name and `get`.
    registry.registerMetric(this as unknown as Metric);
  }

  /** The series of these labels; to be kept by whoever observes often. */
  series(labels: Labels): TracedSeries {
    const key = this.#options.labelNames.map((name) => labels[name] ?? '').join('\0');
    let series = this.#series.get(key);
    if (!series) this.#series.set(key, (series = new Series(labels, this.#options.buckets)));
    return series;
  }

  observe(labels: Labels, value: number, traceId: string | undefined): void {
    this.series(labels).observe(value, traceId);
  }

  /** How many were observed, of each series. */
  counts(): Array<readonly [labels: Labels, count: number]> {
    return [...this.#series.values()].map(({ labels, count }) => [labels, count]);
  }

  /** For prom-client's registry. */
  async get(): Promise<object> {
    const { name, help } = this.#options;
    const values = [...this.#series.values()].flatMap((series) => series.samples(name));
    return { name, help, type: 'histogram', aggregator: 'sum', values };
  }
}

class Series implements TracedSeries {
  count = 0;
  #sum = 0;
  /** The last one is of all that is above the bounds. */
  readonly #counts: number[];
  readonly #exemplars: Array<Exemplar | undefined> = [];

  constructor(
    readonly labels: Labels,
    private readonly bounds: readonly number[],
  ) {
    this.#counts = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  observe(value: number, traceId: string | undefined): void {
    // It would make the sum useless for good.
    if (!Number.isFinite(value)) return;
    const bucket = this.#bucketOf(value);
    this.count += 1;
    this.#sum += value;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    if (traceId !== undefined) {
      this.#exemplars[bucket] = { traceId, value, timestamp: Date.now() / 1000 };
    }
  }

  /** Buckets hold what is below them too, as Prometheus has it. */
  samples(name: string): Sample[] {
    let below = 0;
    const buckets = this.#counts.map((count, bucket): Sample => {
      below += count;
      const labels = { le: this.bounds[bucket] ?? '+Inf', ...this.labels };
      const exemplar = this.#exemplars[bucket];
      return { metricName: `${name}_bucket`, labels, value: below, ...(exemplar && { exemplar }) };
    });
    const { labels } = this;
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels, value: this.#sum },
      { metricName: `${name}_count`, labels, value: this.count },
    ];
  }

  #bucketOf(value: number): number {
    const { bounds } = this;
    let bucket = 0;
    while (bucket < bounds.length && value > (bounds[bucket] ?? 0)) bucket += 1;
    return bucket;
  }
}
