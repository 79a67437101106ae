import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { PriceBook } from '../../genai/pricing/index.js';
import type { TokenUsage } from '../../genai/usage/index.js';
import type { EntryDraft } from '../../ledger/index.js';
import { CallMetrics } from './call-metrics.js';

const AT = new Date('2026-11-01T00:00:00Z');
/** $1 for a million tokens of input, $0.10 cached, $1.25 written to the cache, $5 of output. */
const prices = new PriceBook({
  overrides: [
    { model: 'known-1', input: '1', cache_read: '0.1', cache_write_5m: '1.25', output: '5' },
  ],
});
const USAGE: TokenUsage = {
  input: 1_000_000,
  cacheRead: 2_000_000,
  cacheWrite5m: 1_000_000,
  cacheWrite1h: 0,
  output: 100_000,
  reasoning: 100_000,
};

function entry(more: Partial<EntryDraft> = {}): EntryDraft {
  const { requestModel = 'known-1', usage = USAGE } = more;
  return {
    callId: 'c',
    provider: 'p',
    operation: 'chat',
    requestModel,
    status: 'ok',
    usage,
    cost: prices.cost({ provider: 'p', model: requestModel, usage, at: AT }),
    scope: {},
    startedAt: AT,
    durationMs: 1500,
    ...more,
  };
}

async function counted(...entries: EntryDraft[]): Promise<string> {
  const registry = new Registry();
  const metrics = new CallMetrics(registry, prices);
  for (const each of entries) metrics.count(each);
  return registry.metrics();
}

describe('the metrics of calls', () => {
  it('split the cost by what was billed, and say what the cache saved', async () => {
    const text = await counted(entry());
    const cost = [...text.matchAll(/spanledger_cost_usd_total\{.*kind="(\w+)"\} (.+)/g)];
    expect(Object.fromEntries(cost.map(([, kind, usd]) => [kind, Number(usd)]))).toEqual({
      input: 1,
      cache_read: 0.2,
      cache_write: 1.25,
      output: 0.5,
      reasoning: 0.5,
    });
    // 2 million tokens, each $0.90 for a million cheaper.
    expect(text).toContain('spanledger_cache_savings_usd_total{provider="p",model="known-1"} 1.8');
    expect(text).toMatch(/usage_input_tokens_total\{[^}]*\} 4000000\n/);
    expect(text).toMatch(/usage_output_tokens_total\{[^}]*\} 200000\n/);
    expect(text).toMatch(/usage_reasoning_output_tokens_total\{[^}]*\} 100000\n/);
  });

  it('count what has no price, under a name that no caller chose', async () => {
    const text = await counted(entry({ requestModel: 'a' }), entry({ requestModel: 'b' }));
    expect(text).toContain(
      'spanledger_calls_total{provider="p",model="other",operation="chat",status="unpriced"} 2',
    );
    expect(text).not.toContain('spanledger_cost_usd_total{');
  });

  it('count workflows by type, failures by kind, and the first chunks of streams', async () => {
    const text = await counted(
      entry({ scope: { workflowId: 'w', workflowType: 'triage' } }),
      entry({ status: 'error', errorType: '529', timeToFirstChunkMs: 500, timePerChunkMs: 20 }),
    );
    expect(text).toContain('spanledger_workflow_cost_usd_total{workflow_type="triage"} 3.45');
    expect(text).toContain(
      'spanledger_call_errors_total{provider="p",model="known-1",error_type="529"} 1',
    );
    expect(text).toMatch(/time_to_first_chunk_seconds_count\{[^}]*error_type="529"\} 1/);
    expect(text).toMatch(/time_per_output_chunk_seconds_sum\{[^}]*\} 0\.02/);
    // 200,000 tokens in the second between the first chunk and the end.
    expect(text).toMatch(/output_tokens_per_second_sum\{[^}]*\} 200000\n/);
    expect(text).toMatch(/inference_duration_seconds_sum\{[^}]*error_type=""\} 1\.5/);
  });

  it('bound the kinds of failure', async () => {
    const failures = Array.from({ length: 200 }, (_, n) =>
      entry({ status: 'error', errorType: `e${n}` }),
    );
    const text = await counted(...failures);
    expect(text.match(/^spanledger_call_errors_total\{/gm)).toHaveLength(51);
  });
});
