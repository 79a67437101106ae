import { describe, expect, it } from 'vitest';
import { addUp } from './index.js';
import type { Aggregator, MetricFamily } from './exposition.js';

const counter = (value: number, labels = { path: '/x' }): MetricFamily => ({
  name: 'requests_total',
  help: 'Requests',
  type: 'counter',
  samples: [{ labels, value }],
});
const gauge = (value: number, aggregator?: Aggregator): MetricFamily => ({
  name: 'gauge',
  help: 'Gauge',
  type: 'gauge',
  aggregator,
  samples: [{ labels: {}, value }],
});
const valuesOf = (families: readonly MetricFamily[]) =>
  families.flatMap(({ samples }) => samples.map(({ value }) => value));

describe('the metrics of several processes', () => {
  it('are the sums of counters, those of processes that are gone among them', () => {
    const total = addUp([[counter(2)], [counter(3)]], [[counter(5)], [counter(1, { path: '/y' })]]);
    expect(total).toEqual([
      {
        ...counter(0),
        samples: [
          { labels: { path: '/x' }, value: 10 },
          { labels: { path: '/y' }, value: 1 },
        ],
      },
    ]);
  });

  it('take the same labels in another order for the same series', () => {
    const one = counter(1, { a: '1', b: '2' } as never);
    const other = counter(1, { b: '2', a: '1' } as never);
    expect(valuesOf(addUp([[one], [other]], []))).toEqual([2]);
  });

  it.each([
    [undefined, 6],
    ['sum', 6],
    ['first', 1],
    ['min', 1],
    ['max', 3],
    ['average', 2],
  ] as const)(
    'make of gauges what their aggregator %s says, without the dead',
    (aggregator, value) => {
      const living = [1, 2, 3].map((each) => [gauge(each, aggregator)]);
      expect(valuesOf(addUp(living, [[gauge(100, aggregator)]]))).toEqual([value]);
    },
  );

  it('leave out what makes no sense for several', () => {
    expect(addUp([[gauge(1, 'omit')]], [])).toEqual([]);
  });

  it('keep buckets apart, and the newest exemplar of each', () => {
    const bucket = (le: string, value: number, timestamp: number) => ({
      metricName: 'd_bucket',
      labels: { le },
      value,
      exemplar: { traceId: `t${timestamp}`, value: 1, timestamp },
    });
    const histogram = (...samples: MetricFamily['samples'][number][]): MetricFamily => ({
      name: 'd',
      help: 'D',
      type: 'histogram',
      samples,
    });
    const [total] = addUp(
      [
        [histogram(bucket('1', 1, 10), bucket('2', 3, 10))],
        [histogram(bucket('1', 2, 30), bucket('2', 2, 5))],
      ],
      [],
    );
    expect(total?.samples.map(({ value, exemplar }) => [value, exemplar?.traceId])).toEqual([
      [3, 't30'],
      [5, 't10'],
    ]);
  });
});
