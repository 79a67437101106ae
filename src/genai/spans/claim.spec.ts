import { ROOT_CONTEXT } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { claimInference, type Claim } from './index.js';
import { CALL, TraceKit, USAGE } from './testing/trace-kit.js';

describe('claimInference', () => {
  it('gives the ids of the call when it starts, and marks its record', () => {
    const kit = new TraceKit();
    const claim: Claim = { traceId: 'of the request', spanId: 'of the request' };
    const call = kit.call({ in: claimInference(ROOT_CONTEXT, claim) });
    expect(claim).toEqual({
      traceId: call.spanContext().traceId,
      spanId: call.spanContext().spanId,
    });
    call.setAttributes(USAGE).end();
    kit.wholeCall();
    expect(kit.calls.map(({ claimed }) => claimed)).toEqual([true, false]);
  });

  it('brings how a stream came to the span of its call, and to no other', () => {
    const kit = new TraceKit();
    const claim: Claim = {};
    const context = claimInference(ROOT_CONTEXT, claim);
    const call = kit.call({ in: context });
    claim.timePerChunkMs = 25;
    call.setAttributes(USAGE).end();
    kit.wholeCall({ in: context });
    // As every duration on a span in seconds: 25 ms are 0.025 s.
    const told = kit.named('call').map((each) => each['spanledger.time_per_output_chunk']);
    expect(told).toEqual([0.025, undefined]);
  });

  it('is taken by the first call only', () => {
    const kit = new TraceKit();
    const context = claimInference(ROOT_CONTEXT, {});
    kit.wholeCall({ in: context });
    kit.wholeCall({ in: context });
    expect(kit.calls.map(({ claimed }) => claimed)).toEqual([true, false]);
  });

  it('passes over spans that are no call of a model', () => {
    const kit = new TraceKit();
    const claim: Claim = {};
    const context = claimInference(ROOT_CONTEXT, claim);
    const agent = kit.start({ 'gen_ai.operation.name': 'invoke_agent' }, { in: context });
    const http = kit.start({ 'url.full': 'x' }, { in: context, under: agent, kind: 2 });
    const call = kit.call({ in: context, under: http });
    expect(claim.spanId).toBe(call.spanContext().spanId);
  });

  it('is taken at the end by a call that says only then what it is', () => {
    const kit = new TraceKit();
    const claim: Claim = {};
    const call = kit.start({}, { in: claimInference(ROOT_CONTEXT, claim) });
    expect(claim).toEqual({});
    call.setAttributes({ ...CALL, ...USAGE }).end();
    expect(claim.spanId).toBe(call.spanContext().spanId);
    expect(kit.calls[0]?.claimed).toBe(true);
  });

  it.each(['inner first', 'outer first'])('covers a call that two spans tell, %s', (order) => {
    const kit = new TraceKit();
    const context = claimInference(ROOT_CONTEXT, {});
    const outer = kit.call({ in: context });
    const inner = kit.call({ in: context, under: outer });
    const spans = order === 'inner first' ? [inner, outer] : [outer, inner];
    for (const span of spans) span.setAttributes(USAGE).end();
    expect(kit.calls.map(({ claimed }) => claimed)).toEqual([true]);
  });
});
