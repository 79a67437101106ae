/** What a bucket was last filled by: a trace to look at. */
export interface Exemplar {
  readonly traceId: string;
  readonly value: number;
  /** Seconds since 1970. */
  readonly timestamp: number;
}

/** One line of an exposition. */
export interface Sample {
  /** With the suffix of histograms; the family's name where absent. */
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
  readonly exemplar?: Exemplar;
}

/** What a gauge of several processes is; counters and histograms are always sums. */
export type Aggregator = 'sum' | 'first' | 'min' | 'max' | 'average' | 'omit';

/** All series of one metric. */
export interface MetricFamily {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  /** @default 'sum' */
  readonly aggregator?: Aggregator;
  readonly samples: readonly Sample[];
}

export interface Exposition {
  readonly contentType: string;
  readonly text: string;
}

const OPEN_METRICS = 'application/openmetrics-text';
const TOTAL = '_total';

/**
 * Writes the families in the format that the scraper asks for: OpenMetrics, which has exemplars,
 * or Prometheus's own text. prom-client can write either, but not both of the same metrics: for
 * OpenMetrics it renames the counters for good.
 *
 * @param accept - the request's `Accept`
 */
export function expose(families: readonly MetricFamily[], accept = ''): Exposition {
  const open = accept.includes(OPEN_METRICS);
  const blocks = families.map((family) => block(family, open));
  return open
    ? {
        contentType: `${OPEN_METRICS}; version=1.0.0; charset=utf-8`,
        text: `${blocks.join('')}# EOF\n`,
      }
    : { contentType: 'text/plain; version=0.0.4; charset=utf-8', text: blocks.join('') };
}

function block({ name, help, type, samples }: MetricFamily, open: boolean): string {
  // In OpenMetrics a counter's family has no suffix, and each of its samples has.
  const isTotal = type === 'counter' && name.endsWith(TOTAL);
  const kind = open && type === 'counter' && !isTotal ? 'unknown' : type;
  const family = open && isTotal ? name.slice(0, -TOTAL.length) : name;
  const lines = samples.map((sample) => line(sample, name, open));
  return `# HELP ${family} ${escapeHelp(help)}\n# TYPE ${family} ${kind}\n${lines.join('')}`;
}

function line({ metricName, labels, value, exemplar }: Sample, name: string, open: boolean) {
  const tail =
    open && exemplar
      ? ` # {trace_id="${exemplar.traceId}"} ${exemplar.value} ${exemplar.timestamp.toFixed(3)}`
      : '';
  return `${metricName ?? name}${labelsText(labels, open)} ${numberText(value)}${tail}\n`;
}

function labelsText(labels: Sample['labels'], open: boolean): string {
  const parts = Object.entries(labels).map(
    ([name, value]) => `${name}="${escape(name === 'le' ? bound(value, open) : String(value))}"`,
  );
  return parts.length > 0 ? `{${parts.join(',')}}` : '';
}

/** OpenMetrics writes the bounds of buckets as floating point numbers: `1.0`, not `1`. */
function bound(value: string | number, open: boolean): string {
  return open && Number.isInteger(Number(value)) ? `${value}.0` : String(value);
}

function numberText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value);
}

function escape(text: string): string {
  return escapeHelp(text).replaceAll('"', String.raw`\"`);
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', String.raw`\\`).replaceAll('\n', String.raw`\n`);
}
