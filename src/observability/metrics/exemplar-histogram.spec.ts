import fc from 'fast-check';
import { Histogram, Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import type { Sample } from '../../exposition/index.js';
import { BoundedNames } from './bounded-names.js';
import { ExemplarHistogram } from './exemplar-histogram.js';

const OPTIONS = {
  name: 'duration_seconds',
  help: 'Duration',
  labelNames: ['path', 'status'],
  buckets: [1, 2],
};

async function samplesOf(registry: Registry): Promise<Sample[]> {
  const [family] = await registry.getMetricsAsJSON();
  return (family?.values ?? []) as Sample[];
}

describe('ExemplarHistogram', () => {
  it('gives the registry what a histogram of prom-client gives it', async () => {
    const observations = fc.array(
      fc.record({
        labels: fc.record({
          path: fc.constantFrom('/x', '/y', ''),
          status: fc.constantFrom('200', '500'),
        }),
        value: fc.oneof(fc.constantFrom(0, 1, 2, -1), fc.double({ noNaN: true, max: 4, min: -1 })),
      }),
    );
    await fc.assert(
      fc.asyncProperty(observations, async (all) => {
        const [registry, other] = [new Registry(), new Registry()];
        const ours = new ExemplarHistogram(registry, OPTIONS);
        const theirs = new Histogram({ ...OPTIONS, registers: [other] });
        for (const { labels, value } of all) {
          ours.observe(labels, value, undefined);
          theirs.observe(labels, value);
        }
        expect(await registry.getMetricsAsJSON()).toMatchObject([
          { name: 'duration_seconds', help: 'Duration', type: 'histogram', aggregator: 'sum' },
        ]);
        const plain = ({ metricName, labels, value }: Sample) => ({ metricName, labels, value });
        expect((await samplesOf(registry)).map(plain)).toEqual((await samplesOf(other)).map(plain));
      }),
    );
  });

  it('remembers the last trace of each bucket of each series', async () => {
    const registry = new Registry();
    const histogram = new ExemplarHistogram(registry, OPTIONS);
    const series = histogram.series({ path: '/x', status: '200' });
    series.observe(1, 'at-the-bound');
    series.observe(1.5, 'first');
    // The same series, whatever the order of its labels.
    histogram.observe({ status: '200', path: '/x' }, 1.6, 'second');
    series.observe(9, 'above');
    series.observe(1.7, undefined);
    histogram.observe({ path: '/y', status: '200' }, 1, undefined);
    const samples = await samplesOf(registry);
    expect(samples.map(({ labels, exemplar }) => [labels['le'], exemplar?.traceId])).toEqual([
      [1, 'at-the-bound'],
      [2, 'second'],
      ['+Inf', 'above'],
      ...Array.from({ length: 2 }, () => [undefined, undefined]),
      [1, undefined],
      [2, undefined],
      ['+Inf', undefined],
      ...Array.from({ length: 2 }, () => [undefined, undefined]),
    ]);
    expect(samples[1]?.exemplar).toMatchObject({ value: 1.6, timestamp: expect.any(Number) });
  });

  it('leaves out what is no number', async () => {
    const registry = new Registry();
    const series = new ExemplarHistogram(registry, OPTIONS).series({ path: '/', status: '200' });
    for (const value of [Number.NaN, Infinity, -Infinity]) series.observe(value, 'a');
    expect((await samplesOf(registry)).map(({ value }) => value)).toEqual([0, 0, 0, 0, 0]);
  });
});

describe('BoundedNames', () => {
  it('tells the first ones apart, and keeps to them', () => {
    const names = new BoundedNames(2);
    expect(['a', 'b', 'c', 'a', 'b', 'd'].map((name) => names.label(name))).toEqual([
      'a',
      'b',
      'other',
      'a',
      'b',
      'other',
    ]);
  });
});
