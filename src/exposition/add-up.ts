import type { MetricFamily, Sample } from './exposition.js';

/**
 * The metrics of several processes as one. Counters and histograms are sums, to which those of
 * processes that are gone still belong; a gauge is what its aggregator says, of those that live.
 *
 * @param living - the families of each process
 * @param gone - the last ones of each process that has ended
 */
export function addUp(
  living: ReadonlyArray<readonly MetricFamily[]>,
  gone: ReadonlyArray<readonly MetricFamily[]>,
): MetricFamily[] {
  const totals = new Map<string, { family: MetricFamily; series: Map<string, Sum> }>();
  const add = (family: MetricFamily) => {
    let total = totals.get(family.name);
    if (!total) totals.set(family.name, (total = { family, series: new Map() }));
    for (const sample of family.samples) addSample(total.series, sample);
  };
  for (const families of living) families.forEach(add);
  for (const families of gone) families.filter(isCumulative).forEach(add);
  return [...totals.values()]
    .filter(({ family }) => family.aggregator !== 'omit')
    .map(({ family, series }) => ({
      ...family,
      samples: [...series.values()].map((sum) => sampleOf(sum, family)),
    }));
}

interface Sum {
  readonly first: Sample;
  readonly values: number[];
  exemplar: Sample['exemplar'];
}

function addSample(series: Map<string, Sum>, sample: Sample): void {
  const key = `${sample.metricName ?? ''}${JSON.stringify(Object.entries(sample.labels).toSorted())}`;
  const sum = series.get(key);
  if (!sum) {
    series.set(key, { first: sample, values: [sample.value], exemplar: sample.exemplar });
    return;
  }
  sum.values.push(sample.value);
  const newest = sum.exemplar?.timestamp ?? 0;
  if (sample.exemplar && sample.exemplar.timestamp > newest) sum.exemplar = sample.exemplar;
}

export function isCumulative({ type }: MetricFamily): boolean {
  return type === 'counter' || type === 'histogram' || type === 'summary';
}

function sampleOf({ first, values, exemplar }: Sum, family: MetricFamily): Sample {
  const value = isCumulative(family) ? sumOf(values) : gaugeOf(values, family.aggregator);
  return { ...first, value, ...(exemplar && { exemplar }) };
}

function gaugeOf(values: readonly number[], aggregator: MetricFamily['aggregator']): number {
  switch (aggregator) {
    case 'first':
      return values[0] ?? 0;
    case 'min':
      return Math.min(...values);
    case 'max':
      return Math.max(...values);
    case 'average':
      return sumOf(values) / values.length;
    default:
      return sumOf(values);
  }
}

function sumOf(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
