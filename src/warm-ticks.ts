/*
 * Loaded before everything else. V8 learns how `process.nextTick` makes its objects from the first
 * thousands of calls. Made in the midst of a start, when what it calls is compiled already, they
 * show it two forms; it then takes its slow way at each tick of the process's life, about ten for
 * every request, and `npm run bench:requests` shows it.
 */

const ENOUGH = 5_000;

for (let count = 0; count < ENOUGH; count++) process.nextTick(() => {});
