import { randomBytes } from 'node:crypto';

/** Small: V8 keeps the whole as long as one of the ids that were cut out of it. */
const BYTES_AT_ONCE = 480;

let digits = '';
let used = 0;

/** A trace id of W3C's trace context: 32 hexadecimal digits. */
export function randomTraceId(): string {
  return take(32);
}

/** A span id of W3C's trace context: 16 hexadecimal digits. */
export function randomSpanId(): string {
  return take(16);
}

/** Drawn many at once: a call for each id costs several times the id. */
function take(count: number): string {
  if (used + count > digits.length) {
    digits = randomBytes(BYTES_AT_ONCE).toString('hex');
    used = 0;
  }
  const begin = used;
  used += count;
  return digits.slice(begin, used);
}
