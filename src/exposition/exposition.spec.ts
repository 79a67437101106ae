import { describe, expect, it } from 'vitest';
import { expose, type MetricFamily } from './exposition.js';

const FAMILIES: MetricFamily[] = [
  {
    name: 'calls_total',
    help: 'Calls, "quoted"\nand\\broken',
    type: 'counter',
    samples: [{ labels: { model: 'a"b\\c\nd' }, value: 2 }],
  },
  {
    name: 'duration_seconds',
    help: 'Duration',
    type: 'histogram',
    samples: [
      {
        metricName: 'duration_seconds_bucket',
        labels: { le: 1, path: '/x' },
        value: 1,
        exemplar: { traceId: 'abc', value: 0.5, timestamp: 1700000000.1234 },
      },
      { metricName: 'duration_seconds_bucket', labels: { le: '+Inf', path: '/x' }, value: 1 },
    ],
  },
  { name: 'lag_seconds', help: 'Lag', type: 'gauge', samples: [{ labels: {}, value: Infinity }] },
  { name: 'odd_counter', help: 'No suffix', type: 'counter', samples: [{ labels: {}, value: 1 }] },
];

describe('expose', () => {
  it('writes Prometheus text for whoever asks for nothing else', () => {
    const { contentType, text } = expose(FAMILIES, 'text/plain');
    expect(contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(text).toBe(String.raw`# HELP calls_total Calls, "quoted"\nand\\broken
# TYPE calls_total counter
calls_total{model="a\"b\\c\nd"} 2
# HELP duration_seconds Duration
# TYPE duration_seconds histogram
duration_seconds_bucket{le="1",path="/x"} 1
duration_seconds_bucket{le="+Inf",path="/x"} 1
# HELP lag_seconds Lag
# TYPE lag_seconds gauge
lag_seconds +Inf
# HELP odd_counter No suffix
# TYPE odd_counter counter
odd_counter 1
`);
  });

  it('writes OpenMetrics with exemplars', () => {
    const { contentType, text } = expose(FAMILIES, 'application/openmetrics-text;version=0.0.1');
    expect(contentType).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
    expect(text).toBe(String.raw`# HELP calls Calls, "quoted"\nand\\broken
# TYPE calls counter
calls_total{model="a\"b\\c\nd"} 2
# HELP duration_seconds Duration
# TYPE duration_seconds histogram
duration_seconds_bucket{le="1.0",path="/x"} 1 # {trace_id="abc"} 0.5 1700000000.123
duration_seconds_bucket{le="+Inf",path="/x"} 1
# HELP lag_seconds Lag
# TYPE lag_seconds gauge
lag_seconds +Inf
# HELP odd_counter No suffix
# TYPE odd_counter unknown
odd_counter 1
# EOF
`);
  });

  it('gives the same again after the other format was asked for', () => {
    const before = expose(FAMILIES).text;
    expose(FAMILIES, 'application/openmetrics-text');
    expect(expose(FAMILIES).text).toBe(before);
  });
});
