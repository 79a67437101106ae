import { Counter, Gauge, type Registry } from 'prom-client';
import { counterOf } from './counter-of.js';
import { ExemplarHistogram, type TracedSeries } from './exemplar-histogram.js';

/** The FastAPI example's buckets, and above them what model calls take. Seconds. */
const DURATION_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120];

/** `path` of a request that no route took: one value, or a scanner would make a series a URL. */
export const UNMATCHED = '(unmatched)';

/** Methods outside of this list share one label value, for the same reason. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** RED metrics by route template, under the names that FastAPI dashboards know. */
export class HttpMetrics {
  readonly duration: ExemplarHistogram;
  #inProgress = 0;
  readonly #exceptions: Counter;
  /** By route, method and status. */
  readonly #series = new Map<string, Map<string, Map<number, TracedSeries>>>();

  constructor(registry: Registry, prefix: string) {
    const registers = [registry];
    const labelNames = ['method', 'path', 'status_code'];
    this.duration = new ExemplarHistogram(registry, {
      name: `${prefix}_request_duration_seconds`,
      help: 'HTTP request duration in seconds, to the last byte',
      labelNames,
      buckets: DURATION_BUCKETS,
    });
    // Each request is observed once: they are counted already.
    counterOf(
      registry,
      { name: `${prefix}_requests_total`, help: 'Total HTTP requests', labelNames },
      () => this.duration.counts(),
    );
    inProgressGauge(registry, prefix, () => this.#inProgress);
    this.#exceptions = new Counter({
      name: `${prefix}_exceptions_total`,
      help: 'Exceptions that requests ended with',
      labelNames: ['method', 'path', 'exception_type'],
      registers,
    });
  }

  begin(): void {
    this.#inProgress += 1;
  }

  /** @param traceId - of the request's trace, if that is exported */
  end(
    method: string,
    route: string,
    statusCode: number,
    durationMs: number,
    traceId: string | undefined,
  ): void {
    this.#inProgress -= 1;
    this.#seriesOf(method, route, statusCode).observe(durationMs / 1000, traceId);
  }

  /** A request that was over before it began. */
  shed(method: string, route: string, statusCode: number): void {
    this.#seriesOf(method, route, statusCode).observe(0, undefined);
  }

  exception(method: string, route: string, type: string): void {
    this.#exceptions.inc({ method: known(method), path: route, exception_type: type });
  }

  #seriesOf(method: string, path: string, statusCode: number): TracedSeries {
    let ofRoute = this.#series.get(path);
    if (!ofRoute) this.#series.set(path, (ofRoute = new Map()));
    let ofMethod = ofRoute.get(method);
    if (!ofMethod) ofRoute.set(method, (ofMethod = new Map()));
    let series = ofMethod.get(statusCode);
    if (!series) {
      const labels = { method: known(method), path, status_code: String(statusCode) };
      series = this.duration.series(labels);
      ofMethod.set(statusCode, series);
    }
    return series;
  }
}

function known(method: string): string {
  return METHODS.has(method) ? method : 'OTHER';
}

/** Asked at each scrape: two writes of a gauge for each request would cost more. */
function inProgressGauge(registry: Registry, prefix: string, read: () => number): Gauge {
  return new Gauge({
    name: `${prefix}_requests_in_progress`,
    help: 'HTTP requests being served',
    registers: [registry],
    collect() {
      this.set(read());
    },
  });
}
