import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { BoundedNames } from './bounded-names.js';
import { ExemplarHistogram } from './exemplar-histogram.js';

describe('ExemplarHistogram', () => {
  const make = () =>
    new ExemplarHistogram(new Registry(), {
      name: 'duration_seconds',
      help: 'Duration',
      labelNames: ['path', 'status'],
      buckets: [1, 2],
    });

  it('remembers the last trace of each bucket of each series', () => {
    const histogram = make();
    const labels = { path: '/x', status: '200' };
    const series = histogram.series(labels);
    series.observe(1, 'at-the-bound');
    series.observe(1.5, 'first');
    series.observe(1.6, 'second');
    series.observe(9, 'above');
    series.observe(1.7, undefined);
    const traceOf = (le: string | number) => histogram.exemplar({ le, ...labels })?.traceId;
    expect([traceOf(1), traceOf(2), traceOf('+Inf')]).toEqual(['at-the-bound', 'second', 'above']);
    expect(histogram.exemplar({ le: 1, path: '/y', status: '200' })).toBeUndefined();
    expect(histogram.exemplar(labels)).toBeUndefined();
  });

  it('gives one series for the same labels, in any order', () => {
    const histogram = make();
    histogram.observe({ path: '/x', status: '200' }, 0.5, 'a');
    histogram.observe({ status: '200', path: '/x' }, 0.6, 'b');
    expect(histogram.exemplar({ status: '200', le: 1, path: '/x' })).toMatchObject({
      traceId: 'b',
      value: 0.6,
    });
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
