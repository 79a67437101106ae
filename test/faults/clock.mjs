/*
 * Loaded before the service: its wall clock jumps two hours ahead at the first SIGUSR2, and an hour
 * behind the true time at the second. Timers go by another clock, as they do on a real machine.
 */
const HOUR = 3_600_000;
const TrueDate = globalThis.Date;
const jumps = [2 * HOUR, -HOUR];
let ahead = 0;

process.on('SIGUSR2', () => {
  ahead = jumps.shift() ?? 0;
});

globalThis.Date = class Date extends TrueDate {
  constructor(...parts) {
    if (parts.length === 0) super(TrueDate.now() + ahead);
    else super(...parts);
  }

  static now() {
    return TrueDate.now() + ahead;
  }
};
