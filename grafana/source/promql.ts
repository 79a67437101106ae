/**
 * How much each series of a counter grew in a range. A series that begins within it, such as that
 * of the first unpriced call, counts from zero: `increase()` alone misses its first value.
 */
export function increased(counter: string, range: string): string {
  return `((${counter} unless ${counter} offset ${range}) or increase(${counter}[${range}]))`;
}
