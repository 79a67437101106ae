import { randomUUID } from 'node:crypto';
import { PriceBook, type PriceOverride } from '../../src/genai/pricing/index.js';
import type { EntryDraft, EntryScope } from '../../src/ledger/index.js';

export interface BookedOptions {
  readonly model?: string;
  readonly input?: number;
  readonly output?: number;
  readonly at?: Date;
  readonly scope?: EntryScope;
  readonly prices?: PriceBook;
  readonly draft?: Partial<EntryDraft>;
}

/** A book in which just these models have a price, and the catalogue's. */
export function bookOf(prices: Readonly<Record<string, number>>): PriceBook {
  const overrides = Object.entries(prices).map(([model, rate]): PriceOverride => ({
    model,
    input: rate,
    output: rate,
  }));
  return new PriceBook({ overrides });
}

/** A call as the service books it, priced by a book of one's own. */
export function booked({
  model = 'model-a',
  input = 1_000,
  output = 0,
  at = new Date(),
  scope = {},
  prices = bookOf({}),
  draft = {},
}: BookedOptions): EntryDraft {
  const usage = {
    input,
    cacheRead: 0,
    cacheWrite5m: 0,
    cacheWrite1h: 0,
    output,
    reasoning: 0,
    ...draft.usage,
  };
  return {
    callId: randomUUID(),
    provider: 'house',
    operation: 'chat',
    requestModel: model,
    status: 'ok',
    cost: prices.cost({ provider: 'house', model, at, usage }),
    scope,
    startedAt: at,
    durationMs: 1,
    ...draft,
    usage,
  };
}
