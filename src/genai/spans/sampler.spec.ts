import { SpanKind, trace, type Attributes } from '@opentelemetry/api';
import { AlwaysOffSampler, AlwaysOnSampler, ParentBasedSampler } from '@opentelemetry/sdk-trace';
import { describe, expect, it } from 'vitest';
import { recordGenAiSpans } from './index.js';
import { CALL, TraceKit, USAGE } from './testing/trace-kit.js';

const unsampled = () =>
  new TraceKit(
    {},
    { sampler: recordGenAiSpans(new ParentBasedSampler({ root: new AlwaysOffSampler() })) },
  );

describe('recordGenAiSpans', () => {
  it('brings a call that is not sampled to the ledger, and exports nothing', () => {
    const kit = unsampled();
    kit.wholeCall();
    expect(kit.calls).toMatchObject([{ sampled: false, cost: { total: 1_500_000_000n } }]);
    expect(kit.finished).toEqual([]);
  });

  it('brings calls whose spans start without a word', () => {
    const kit = unsampled();
    kit
      .start({})
      .setAttributes({ ...CALL, ...USAGE })
      .end();
    expect(kit.calls).toHaveLength(1);
  });

  it('counts one call once though nothing of its trace is sampled', () => {
    const kit = unsampled();
    const outer = kit.start({});
    kit.wholeCall({ under: outer });
    outer.setAttributes({ ...CALL, ...USAGE }).end();
    expect(kit.calls).toHaveLength(1);
  });

  it.each<[SpanKind, Attributes]>([
    [SpanKind.SERVER, { 'http.route': '/' }],
    [SpanKind.CLIENT, { 'db.system.name': 'postgresql' }],
    [SpanKind.INTERNAL, { 'code.function': 'x' }],
    [SpanKind.SERVER, {}],
  ])('leaves other spans to the root sampler: kind %i with %o', (kind, attributes) => {
    expect(unsampled().start(attributes, { kind }).isRecording()).toBe(false);
  });

  it('leaves sampled spans as they are', () => {
    const kit = new TraceKit({}, { sampler: recordGenAiSpans(new AlwaysOnSampler()) });
    kit.wholeCall();
    kit.start({ a: 1 }, { kind: SpanKind.SERVER }).end();
    expect(kit.finished).toHaveLength(2);
    expect(
      trace.isSpanContextValid(
        kit.finished[0]?.spanContext() ?? { traceId: '', spanId: '', traceFlags: 0 },
      ),
    ).toBe(true);
    expect(kit.calls[0]?.sampled).toBe(true);
  });
});
