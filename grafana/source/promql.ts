/**
 * How much each series of a counter grew in a range. A series that begins within it, such as that
 * of the first unpriced call, counts from zero: `increase()` alone misses its first value. One that
 * began anew, because the service did, counts by `increase()`: its value is only what came since.
 * One that was not read at the beginning of the range is not young.
 */
export function increased(counter: string, range: string): string {
  const young = `(${counter} unless ${counter} offset ${range} unless on (job, instance) (up offset ${range} == 0))`;
  const increase = `increase(${counter}[${range}])`;
  return `(${young} >= ${increase} or ${increase} or ${young})`;
}

/** Where nothing came there is a line at 0; beside one that did come there is none. */
export function orZero(expr: string): string {
  return `(${expr}) or on() vector(0)`;
}

/** A quantile of nothing is no number, and draws nothing, not even that there is nothing. */
export function quantileOf(q: number, buckets: string): string {
  return `histogram_quantile(${q}, ${buckets}) >= 0`;
}
