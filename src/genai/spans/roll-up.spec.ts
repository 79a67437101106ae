import type { Span } from '@opentelemetry/api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CALL, TraceKit, USAGE } from './testing/trace-kit.js';

const WORKFLOW = { 'gen_ai.operation.name': 'invoke_workflow' };
const AGENT = { 'gen_ai.operation.name': 'invoke_agent' };
const CHAIN = { 'gen_ai.l9.span.kind': 'chain' };
const TOOL = { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'lookup' };

/** `calls` calls of 0.0015 USD. */
const totals = (calls: number, tools: number, status = 'priced') => ({
  'workflow.total_cost_usd': (calls * 15) / 10_000,
  'workflow.llm_calls': calls,
  'workflow.tool_calls': tools,
  'spanledger.cost.status': status,
});

describe('the totals on the root of a workflow', () => {
  it('count every call and tool beneath, at whatever depth', () => {
    const kit = new TraceKit();
    const root = kit.start(WORKFLOW, { name: 'root' });
    const agent = kit.start(AGENT, { under: root });
    kit.wholeCall({ under: agent });
    const tool = kit.start(TOOL, { under: agent });
    kit.wholeCall({ under: tool });
    for (const span of [tool, agent, root]) span.end();
    expect(kit.named('root')[0]).toMatchObject(totals(2, 1));
  });

  it('count calls that run side by side, ended in any order', () => {
    const kit = new TraceKit();
    const root = kit.start(WORKFLOW, { name: 'root' });
    const calls = Array.from({ length: 50 }, () => kit.call({ under: root }));
    for (const call of calls.toReversed()) call.setAttributes(USAGE).end();
    root.end();
    expect(kit.named('root')[0]).toMatchObject(totals(50, 0));
  });

  it('say partial while calls run on, and are put right when those end', () => {
    const kit = new TraceKit();
    const root = kit.start(WORKFLOW, { name: 'root' });
    const late = [kit.call({ under: root }), kit.call({ under: root })];
    kit.wholeCall({ under: root });
    root.end();
    expect({ ...kit.named('root')[0] }).toMatchObject(totals(1, 0, 'partial'));
    late[0]?.setAttributes(USAGE).end();
    expect({ ...kit.named('root')[0] }).toMatchObject(totals(2, 0, 'partial'));
    late[1]?.setAttributes(USAGE).end();
    expect({ ...kit.named('root')[0] }).toMatchObject(totals(3, 0));
  });

  it('stand on nested workflows as well, each with what is beneath it', () => {
    const kit = new TraceKit();
    const outer = kit.start(WORKFLOW, { name: 'outer' });
    kit.wholeCall({ under: outer });
    const inner = kit.start(WORKFLOW, { name: 'inner', under: outer });
    kit.wholeCall({ under: inner });
    inner.end();
    outer.end();
    expect(kit.named('inner')[0]).toMatchObject(totals(1, 0));
    expect(kit.named('outer')[0]).toMatchObject(totals(2, 0));
  });

  it('say partial when a call has no price, and leave it out of the sum', () => {
    const kit = new TraceKit();
    const root = kit.start(WORKFLOW, { name: 'root' });
    kit.wholeCall({ under: root });
    kit
      .start({ ...CALL, ...USAGE, 'gen_ai.request.model': 'never-heard-of' }, { under: root })
      .end();
    root.end();
    expect(kit.named('root')[0]).toMatchObject({
      ...totals(1, 0, 'partial'),
      'workflow.llm_calls': 2,
    });
  });

  it('are exact: 1,000 calls of a ten-thousandth of a cent add up', () => {
    const kit = new TraceKit();
    const root = kit.start(WORKFLOW, { name: 'root' });
    // 3 input tokens of gpt-4o-mini at 0.15 USD a million: 0.00000045 USD.
    const call = {
      ...CALL,
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o-mini',
    };
    const usage = { 'gen_ai.usage.input_tokens': 3, 'gen_ai.usage.output_tokens': 0 };
    for (let i = 0; i < 1000; i++) kit.start({ ...call, ...usage }, { under: root }).end();
    root.end();
    expect(kit.named('root')[0]).toMatchObject({
      'workflow.total_cost_usd': 0.00045,
      'workflow.llm_calls': 1000,
    });
  });

  it('are the sum of what is beneath, in every tree', () => {
    type Tree = { readonly kind: keyof typeof KINDS; readonly children: readonly Tree[] };
    const KINDS = { WORKFLOW, AGENT, CHAIN, TOOL, CALL: { ...CALL, ...USAGE } };
    const anyKind = fc.constantFrom('WORKFLOW', 'AGENT', 'CHAIN', 'TOOL', 'CALL');
    const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small' },
        fc.record({ kind: anyKind, children: fc.constant([]) }),
        fc.record({ kind: anyKind, children: fc.array(tie('tree'), { maxLength: 3 }) }),
      ),
    }));
    fc.assert(
      fc.property(tree, (top) => {
        const kit = new TraceKit();
        const expected: unknown[] = [];
        /** Counts calls beneath; a call has no children here, for those would be tellings of it. */
        const grow = ({ kind, children }: Tree, under?: Span): number => {
          const span = kit.start(KINDS[kind], { under, name: kind });
          const beneath = kind === 'CALL' ? [] : children;
          const calls = beneath.reduce((sum, child) => sum + grow(child, span), 0);
          span.end();
          if (kind === 'WORKFLOW') expected.push(calls);
          return kind === 'CALL' ? 1 : calls;
        };
        const all = grow(top);
        expect(kit.calls).toHaveLength(all);
        expect(kit.named('WORKFLOW').map((each) => each['workflow.llm_calls'])).toEqual(expected);
      }),
    );
  });

  it('are zeros, not absent, when nothing was called', () => {
    const kit = new TraceKit();
    kit.start(WORKFLOW, { name: 'root' }).end();
    expect(kit.named('root')[0]).toMatchObject({
      'workflow.total_cost_usd': 0,
      'workflow.llm_calls': 0,
      'workflow.tool_calls': 0,
    });
  });

  it('count a tool once that an instrumentation tells inside the span of the same tool', () => {
    const kit = new TraceKit();
    const root = kit.start(WORKFLOW, { name: 'root' });
    const outer = kit.start(TOOL, { under: root });
    kit
      .start({ 'ai.operationId': 'ai.toolCall', 'ai.toolCall.name': 'lookup' }, { under: outer })
      .end();
    outer.end();
    root.end();
    expect(kit.named('root')[0]).toMatchObject({ 'workflow.tool_calls': 1 });
  });
});

describe('the totals on the root of a conversation turn', () => {
  const TURN = { conversation: { id: 'c1', turn: 1 } };

  it('stand on the first span of the turn, not on those inside it', () => {
    const kit = new TraceKit();
    const server = kit.start({ 'http.route': '/chat' }, { kind: 1 });
    const root = kit.start(CHAIN, { name: 'turn', under: server, scope: TURN });
    const step = kit.start(CHAIN, { name: 'step', under: root, scope: TURN });
    kit.wholeCall({ under: step, scope: TURN });
    for (const span of [step, root, server]) span.end();
    expect(kit.named('turn')[0]).toMatchObject(totals(1, 0));
    expect(kit.named('step')[0]).not.toHaveProperty('workflow.total_cost_usd');
  });

  it('stand on the function that opened the scope itself, with the ids it opened', () => {
    const kit = new TraceKit();
    const turn = kit.start(CHAIN, { name: 'turn' });
    for (let i = 0; i < 2; i++) kit.wholeCall({ under: turn, scope: TURN });
    turn.end();
    expect(kit.named('turn')[0]).toMatchObject({ ...totals(2, 0), 'gen_ai.conversation.id': 'c1' });
  });

  it('stand on no span that goes through many conversations', () => {
    const kit = new TraceKit();
    const batch = kit.start(CHAIN, { name: 'batch' });
    for (const id of ['c1', 'c2']) kit.wholeCall({ under: batch, scope: { conversation: { id } } });
    batch.end();
    expect(kit.named('batch')[0]).toEqual({ 'gen_ai.l9.span.kind': 'chain' });
  });

  it('begin anew with each turn of one conversation', () => {
    const kit = new TraceKit();
    const outer = kit.start(CHAIN, { name: 'turn', scope: TURN });
    const inner = kit.start(CHAIN, {
      name: 'turn',
      under: outer,
      scope: { conversation: { id: 'c1', turn: 2 } },
    });
    kit.wholeCall({ under: inner });
    inner.end();
    kit.wholeCall({ under: outer });
    outer.end();
    expect(kit.named('turn')).toMatchObject([totals(1, 0), totals(2, 0)]);
  });
});
