import { Histogram, type Registry } from 'prom-client';
import type { Exemplar } from '../../exposition/index.js';

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
 * A histogram whose buckets remember a trace each. prom-client's own exemplars hash the labels
 * anew at every observation, and have no way around it for a series that was looked up.
 */
export class ExemplarHistogram {
  readonly name: string;
  readonly #histogram: Histogram;
  readonly #labelNames: readonly string[];
  readonly #bounds: readonly number[];
  readonly #series = new Map<string, Array<Exemplar | undefined>>();

  constructor(registry: Registry, options: HistogramOptions) {
    const { name, help, labelNames, buckets } = options;
    this.name = name;
    this.#labelNames = labelNames;
    this.#bounds = buckets;
    this.#histogram = new Histogram({
      name,
      help,
      labelNames: [...labelNames],
      buckets: [...buckets],
      registers: [registry],
    });
  }

  /** The series of these labels; to be kept by whoever observes often. */
  series(labels: Labels): TracedSeries {
    const child = this.#histogram.labels(labels);
    const key = this.#keyOf(labels);
    const exemplars = this.#series.get(key) ?? [];
    this.#series.set(key, exemplars);
    return {
      observe: (value, traceId) => {
        child.observe(value);
        if (traceId === undefined) return;
        exemplars[this.#bucketOf(value)] = { traceId, value, timestamp: Date.now() / 1000 };
      },
    };
  }

  observe(labels: Labels, value: number, traceId: string | undefined): void {
    this.series(labels).observe(value, traceId);
  }

  /** What the bucket with these labels, `le` among them, was last filled by. */
  exemplar(labels: Readonly<Record<string, string | number>>): Exemplar | undefined {
    const { le } = labels;
    if (le === undefined) return undefined;
    const bucket = le === '+Inf' ? this.#bounds.length : this.#bounds.indexOf(Number(le));
    return this.#series.get(this.#keyOf(labels))?.[bucket];
  }

  #keyOf(labels: Readonly<Record<string, string | number>>): string {
    return this.#labelNames.map((name) => `${labels[name] ?? ''}`).join('\0');
  }

  #bucketOf(value: number): number {
    const index = this.#bounds.findIndex((bound) => value <= bound);
    return index === -1 ? this.#bounds.length : index;
  }
}
