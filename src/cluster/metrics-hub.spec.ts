import { describe, expect, it } from 'vitest';
import type { MetricFamily } from '../exposition/index.js';
import { MetricsHub } from './metrics-hub.js';

const counted = (value: number): MetricFamily[] => [
  { name: 'calls_total', help: 'Calls', type: 'counter', samples: [{ labels: {}, value }] },
  { name: 'open', help: 'Open', type: 'gauge', samples: [{ labels: {}, value }] },
];
const read = async (hub: MetricsHub) => {
  const totals = await hub.totals();
  return Object.fromEntries(totals.map(({ name, samples }) => [name, samples[0]?.value]));
};

/** A worker that answers at once with what it has counted. */
function worker(hub: MetricsHub, id: number, value: number): void {
  hub.join({ id, ask: (question) => hub.tell(id, counted(value), question) });
}

describe('MetricsHub', () => {
  it('has nothing while nobody is there', async () => {
    expect(await new MetricsHub().totals()).toEqual([]);
  });

  it('adds up what all workers say when they are asked', async () => {
    const hub = new MetricsHub();
    worker(hub, 1, 2);
    worker(hub, 2, 3);
    expect(await read(hub)).toEqual({ calls_total: 5, open: 5 });
  });

  it('keeps what a worker had counted that has ended, but not its gauges', async () => {
    const hub = new MetricsHub();
    worker(hub, 1, 2);
    worker(hub, 2, 3);
    await hub.totals();
    hub.leave(1);
    expect(await read(hub)).toEqual({ calls_total: 5, open: 3 });
    worker(hub, 3, 10);
    await hub.totals();
    hub.leave(2);
    hub.leave(3);
    expect(await read(hub)).toEqual({ calls_total: 15 });
  });

  it('takes the last numbers of a worker that does not answer, and does not wait for the dead', async () => {
    const hub = new MetricsHub();
    worker(hub, 1, 2);
    hub.join({ id: 2, ask: () => {} });
    hub.tell(2, counted(7));
    expect(await read(hub)).toEqual({ calls_total: 9, open: 9 });
    hub.join({ id: 3, ask: () => hub.leave(3) });
    expect((await read(hub))['calls_total']).toBe(9);
  });

  it('does not hear workers that have ended', async () => {
    const hub = new MetricsHub();
    worker(hub, 1, 2);
    await hub.totals();
    hub.leave(1);
    hub.tell(1, counted(100));
    expect(await read(hub)).toEqual({ calls_total: 2 });
  });
});
