import { describe, expect, it } from 'vitest';
import { CALL, TraceKit, USAGE } from './testing/trace-kit.js';

const status = (kit: TraceKit) =>
  kit.finished.map(({ attributes }) => attributes['spanledger.cost.status']);
const id = (responseId: string) => ({ 'gen_ai.response.id': responseId });

describe('one call told by several spans', () => {
  it('counts once when one is inside the other and ends first', () => {
    const kit = new TraceKit();
    const outer = kit.call();
    kit.wholeCall({ under: outer });
    outer.setAttributes(USAGE).end();
    expect(status(kit)).toEqual(['priced', 'duplicate']);
    expect(kit.calls).toHaveLength(1);
    expect(kit.processor.stats()).toMatchObject({ calls: 1, duplicates: 1, faults: 0 });
  });

  it('counts once when the outer one ends first, and is told by the inner one', () => {
    const kit = new TraceKit();
    const outer = kit.call();
    const inner = kit.call({ under: outer });
    outer.setAttributes(USAGE).end();
    inner.setAttributes({ ...USAGE, ...id('msg_1') }).end();
    expect(status(kit)).toEqual(['duplicate', 'priced']);
    expect(kit.calls.map(({ responseId }) => responseId)).toEqual(['msg_1']);
  });

  it('counts once through spans in between that have no part in it', () => {
    const kit = new TraceKit();
    const outer = kit.call();
    const wrapper = kit.start({}, { under: outer });
    const http = kit.start(
      { 'url.full': 'x' },
      { under: wrapper, by: '@opentelemetry/instrumentation-undici', kind: 2 },
    );
    kit.wholeCall({ under: http });
    for (const span of [http, wrapper]) span.end();
    outer.setAttributes(USAGE).end();
    expect(kit.calls).toHaveLength(1);
  });

  it('counts once when a span says only at its end that it is a call', () => {
    const kit = new TraceKit();
    const outer = kit.start({});
    kit.wholeCall({ under: outer });
    outer.setAttributes({ ...CALL, ...USAGE }).end();
    expect(status(kit)).toEqual(['priced', 'duplicate']);
  });

  it('counts once when two stand side by side and name the same response', () => {
    const kit = new TraceKit();
    const root = kit.start({});
    for (let i = 0; i < 2; i++)
      kit
        .call({ under: root })
        .setAttributes({ ...USAGE, ...id('msg_1') })
        .end();
    kit
      .call({ under: root })
      .setAttributes({ ...USAGE, ...id('msg_2') })
      .end();
    expect(status(kit)).toEqual(['priced', 'duplicate', 'priced']);
  });

  it('takes the usage from the outer one when the inner one has none', () => {
    const kit = new TraceKit();
    const outer = kit.call();
    kit.call({ under: outer }).setAttributes(id('msg_1')).end();
    outer.setAttributes(USAGE).end();
    expect(kit.calls).toMatchObject([
      { responseId: 'msg_1', usageKnown: 'all', cost: { total: 1_500_000_000n } },
    ]);
  });

  it('takes the usage from the outer one though that one ended first', () => {
    const kit = new TraceKit();
    const outer = kit.call();
    const inner = kit.call({ under: outer });
    outer.setAttributes(USAGE).end();
    inner.end();
    expect(kit.calls).toMatchObject([{ usageKnown: 'all', cost: { total: 1_500_000_000n } }]);
    expect(kit.finished[1]?.attributes).toMatchObject(USAGE);
  });

  it('is not lost when the inner one never ends: a flush settles it', async () => {
    const kit = new TraceKit();
    const outer = kit.call();
    const inner = kit.call({ under: outer });
    outer.setAttributes(USAGE).end();
    expect(kit.calls).toHaveLength(0);
    await kit.processor.forceFlush();
    expect(kit.calls).toHaveLength(1);
    inner.setAttributes(USAGE).end();
    expect(kit.calls).toHaveLength(1);
  });

  it('leaves no token counts on a duplicate that had none in canonical names', () => {
    const kit = new TraceKit();
    const outer = kit.start(
      { 'openinference.span.kind': 'LLM', 'llm.model_name': 'claude-haiku-4-5' },
      { name: 'outer' },
    );
    kit.wholeCall({ under: outer });
    outer
      .setAttributes({ 'llm.token_count.prompt': 1000, 'llm.token_count.completion': 100 })
      .end();
    expect(kit.named('outer')[0]).not.toHaveProperty('gen_ai.usage.input_tokens');
  });
});

describe('several calls that look like one', () => {
  it('are all counted when an outer span holds two calls of its own making', () => {
    const kit = new TraceKit();
    const outer = kit.start({ 'gen_ai.l9.span.kind': 'llm' });
    kit.wholeCall({ under: outer });
    kit.wholeCall({ under: outer });
    outer.setAttributes({ ...CALL, ...USAGE }).end();
    expect(status(kit)).toEqual(['priced', 'priced', 'duplicate']);
  });

  it.each(['execute_tool', 'invoke_agent', 'invoke_workflow'])(
    'are two when %s stands between',
    (operation) => {
      const kit = new TraceKit();
      const outer = kit.call();
      const between = kit.start({ 'gen_ai.operation.name': operation }, { under: outer });
      kit.wholeCall({ under: between });
      between.end();
      outer.setAttributes(USAGE).end();
      expect(kit.calls).toHaveLength(2);
    },
  );

  it('are two when the first had ended before the second began in its context', () => {
    const kit = new TraceKit();
    const first = kit.call();
    first.setAttributes(USAGE).end();
    kit.wholeCall({ under: first });
    expect(kit.calls).toHaveLength(2);
  });

  it('are two when the same response id comes in another trace', () => {
    const kit = new TraceKit();
    for (let i = 0; i < 2; i++)
      kit
        .call()
        .setAttributes({ ...USAGE, ...id('msg_1') })
        .end();
    expect(kit.calls).toHaveLength(2);
  });
});

describe('what is never priced', () => {
  it.each([
    { 'gen_ai.operation.name': 'invoke_agent' },
    { 'gen_ai.operation.name': 'invoke_workflow' },
    { 'gen_ai.operation.name': 'agent_step' },
    { 'gen_ai.operation.name': 'fetch_response' },
    { 'gen_ai.operation.name': 'chat', 'gen_ai.l9.span.kind': 'chain' },
    { 'openinference.span.kind': 'CHAIN' },
    { 'ai.operationId': 'ai.generateText' },
    { 'langfuse.observation.type': 'span' },
    { 'traceloop.span.kind': 'workflow' },
  ])('%o, though it repeats a usage', (mark) => {
    const kit = new TraceKit();
    kit.start({ ...mark, 'gen_ai.request.model': 'claude-haiku-4-5', ...USAGE }).end();
    expect(kit.calls).toHaveLength(0);
    expect(kit.named('span')[0]).not.toHaveProperty('gen_ai.usage.cost_usd');
  });
});
