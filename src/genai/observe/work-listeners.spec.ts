import { trace } from '@opentelemetry/api';
import { afterEach, describe, expect, it } from 'vitest';
import { observe, onWork, type WorkRecord } from './index.js';
import { observeWorkflow } from './observe-scopes.js';
import { exportedSpans } from './testing/spans.js';

const spans = exportedSpans();
let stop = () => {};
const heard = () => {
  const records: WorkRecord[] = [];
  stop = onWork((record) => records.push(record));
  return records;
};
afterEach(() => stop());

describe('onWork', () => {
  it('hears of work when it is over, with its duration and its trace', async () => {
    const records = heard();
    await observeWorkflow({ type: 'triage' }, async () =>
      observe({ kind: 'tool', name: 'search' }, () => 1)(),
    )();
    expect(records.map(({ kind, name }) => [kind, name])).toEqual([
      ['tool', 'search'],
      ['workflow', 'triage'],
    ]);
    expect(records[1]?.durationMs).toBeGreaterThanOrEqual(records[0]?.durationMs ?? Infinity);
    expect(records[0]?.traceId).toBe(spans()[0]?.spanContext().traceId);
  });

  it('hears why work failed, and of work that nobody traces', () => {
    const records = heard();
    trace.disable();
    const work = observe({ name: 'broken' }, () => {
      throw new TypeError('no');
    });
    expect(work).toThrow('no');
    expect(records).toMatchObject([{ name: 'broken', errorType: 'TypeError' }]);
    expect(records[0]?.traceId).toBeUndefined();
  });

  it('is no way to fail the work', () => {
    stop = onWork(() => {
      throw new Error('listener');
    });
    expect(observe(() => 7)()).toBe(7);
  });
});
