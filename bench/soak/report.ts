import { bucketOf, type Bucket } from './buckets.ts';
import type { Outcome } from './open-loop.ts';
import { plot, type Span } from './plot.ts';
import type { Reading } from './watch.ts';

export interface Soak {
  readonly database: string;
  readonly workers: number;
  readonly perSecond: number;
  readonly seconds: number;
  /** When the rate was ten times the usual; between two of them, and after, it was as before. */
  readonly steps: readonly [Span, ...Span[]];
  /** Entries that the ledger gained. */
  readonly booked: number;
  readonly senderLatestMs: number;
  readonly leftOut: number;
  readonly outcomes: readonly Outcome[];
  readonly readings: readonly Reading[];
}

const BUCKET_SECONDS = 5;
/** The first minute fills caches and pools: memory is compared from here on. */
const WARM_SECONDS = 60;

/** Prints a table of the parts; gives all figures and their picture. */
export function report(soak: Soak): { json: string; svg: string } {
  const { outcomes, seconds, steps, readings, ...facts } = soak;
  const [first] = steps;
  const parts: Array<readonly [name: string, ...Span]> = [
    ['steady', Math.min(WARM_SECONDS, first[0] / 2), first[0]],
    ...steps.flatMap(([from, until], n) => [
      ['ten times', from, until] as const,
      ['steady again', until, steps[n + 1]?.[0] ?? seconds] as const,
    ]),
  ];
  for (const [name, start, end] of parts) {
    printPart(name, bucketOf(outcomes, start, end), end - start, between(readings, start, end));
  }
  const acknowledged = outcomes.filter(({ status }) => status === 200).length;
  console.log(
    `answered 200: ${acknowledged}, booked: ${facts.booked}, never sent: ${facts.leftOut}, ` +
      `sender late by at most ${facts.senderLatestMs.toFixed(0)} ms`,
  );
  const buckets = Array.from({ length: Math.ceil(seconds / BUCKET_SECONDS) }, (_, n) =>
    bucketOf(outcomes, n * BUCKET_SECONDS, (n + 1) * BUCKET_SECONDS),
  );
  const json = JSON.stringify(
    { ...facts, seconds, steps, acknowledged, buckets, readings },
    null,
    1,
  );
  return { json, svg: draw(soak, buckets) };
}

function printPart(
  name: string,
  { due, accepted, shed, failed, p50, p99 }: Bucket,
  seconds: number,
  readings: readonly Reading[],
): void {
  const most = (of: (reading: Reading) => number) => Math.max(...readings.map(of)).toFixed(0);
  const ends = (of: (reading: Reading) => number) =>
    [readings[0], readings.at(-1)].map((one) => (one ? of(one).toFixed(0) : '?')).join(' to ');
  console.log(
    [
      name.padEnd(13),
      `due ${(due / seconds).toFixed(0)}/s`,
      `accepted ${(accepted / seconds).toFixed(0)}/s`,
      `shed ${shed}`,
      `failed ${failed}`,
      `p50 ${p50?.toFixed(0) ?? '-'} p99 ${p99?.toFixed(0) ?? '-'} ms`,
      `health at most ${most(({ healthMs }) => healthMs ?? Number.POSITIVE_INFINITY)} ms`,
      `loop delay p99 at most ${most(({ loopDelayMs }) => loopDelayMs)} ms`,
      `RSS ${ends(({ rssMegabytes }) => rssMegabytes)} MB`,
      `heap ${ends(({ heapMegabytes }) => heapMegabytes)} MB`,
      `files ${ends(({ openFiles }) => openFiles)}`,
    ].join('  '),
  );
}

function between(readings: readonly Reading[], from: number, until: number): Reading[] {
  return readings.filter(({ at }) => at >= from && at < until);
}

function draw(soak: Soak, buckets: readonly Bucket[]): string {
  const { readings } = soak;
  const calls = (name: string, colour: string, of: (bucket: Bucket) => number | null) => ({
    name,
    colour,
    points: buckets.map((bucket) => [bucket.from, of(bucket)] as const),
  });
  const state = (name: string, colour: string, of: (reading: Reading) => number | null) => ({
    name,
    colour,
    points: readings.map((reading) => [reading.at, of(reading)] as const),
  });
  const panels = [
    {
      title: 'calls a second',
      lines: [
        calls('accepted', '#2e7d32', ({ accepted }) => accepted / BUCKET_SECONDS),
        calls('shed (503)', '#ef6c00', ({ shed }) => shed / BUCKET_SECONDS),
        calls('failed', '#c62828', ({ failed }) => failed / BUCKET_SECONDS),
      ],
    },
    {
      title: 'accepted calls, ms from when they were due',
      lines: [calls('p50', '#1565c0', ({ p50 }) => p50), calls('p99', '#6a1b9a', ({ p99 }) => p99)],
    },
    {
      title: 'ms',
      lines: [
        state('/health', '#00838f', ({ healthMs }) => healthMs),
        state('loop delay p99', '#8d6e63', ({ loopDelayMs }) => loopDelayMs),
      ],
    },
    {
      title: 'MB',
      lines: [
        state('RSS', '#c62828', ({ rssMegabytes }) => rssMegabytes),
        state('heap', '#1565c0', ({ heapMegabytes }) => heapMegabytes),
      ],
    },
    { title: 'open files', lines: [state('files', '#455a64', ({ openFiles }) => openFiles)] },
  ];
  const { database, workers, perSecond } = soak;
  const title = `Soak: ${database} database, workers: ${workers}, ${perSecond} calls a second, and ten times that`;
  return plot(title, panels, soak.seconds, soak.steps);
}
