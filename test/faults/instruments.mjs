import { renameSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { queryObjects, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/*
 * Loaded before the service. At SIGUSR2 its wall clock jumps: two hours ahead at the first, an hour
 * behind the true time at the second, back at the third. Timers go by another clock, as they do on
 * a real machine. At SIGPWR it tells what it really keeps in memory, and at
 * SIGIO of how many spans anything is left.
 */
const HOUR = 3_600_000;
const TrueDate = globalThis.Date;
const jumps = [2 * HOUR, -HOUR, 0];
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

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');

process.on('SIGPWR', async () => {
  // What finalizers and weak references hold is free only at the second.
  collectGarbage();
  await setTimeout(200);
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  tell(heapUsed + external);
});

process.on('SIGIO', async () => {
  // The module that the service has loaded, not another of its kind.
  const { SpanNode } = await import('../../dist/genai/spans/span-node.js');
  tell(queryObjects(SpanNode, { format: 'count' }));
});

function tell(figure) {
  const path = `${process.env.FAULTS_LEVELS}/${process.pid}`;
  writeFileSync(`${path}.part`, String(figure));
  renameSync(`${path}.part`, path);
}
