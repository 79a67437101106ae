import type { Attributes } from '@opentelemetry/api';
import { Alias } from '../conventions/index.js';
import type { Cost, PriceBook } from '../pricing/index.js';
import type { InferenceFacts } from './inference-facts.js';
import { jsonObjectOf, numberOf, textOf } from './read.js';
import type { SdkSpan } from './sdk-types.js';

/**
 * What a call costs: what the provider itself says, else by the price book, else what the
 * instrumentation reckoned. Without token counts no price helps.
 */
export function costOf(span: SdkSpan, facts: InferenceFacts, prices: PriceBook, at: Date): Cost {
  const { attributes } = span;
  const given = givenCost(attributes);
  if (given !== undefined && textOf(attributes, ['gen_ai.usage.cost.source']) === 'provider') {
    return {
      status: 'priced',
      total: given,
      buckets: null,
      price: null,
      reason: 'given by the provider',
    };
  }
  if (facts.usageKnown === 'none' && facts.status !== 'ok') return costOfFailure(facts);
  const cost = facts.usageKnown === 'none' ? UNKNOWN_USAGE : byPrice(facts, prices, at);
  if (cost.status !== 'unpriced' || !given) return cost;
  return {
    status: 'partial',
    total: given,
    buckets: null,
    price: null,
    reason: 'as its span gave it',
  };
}

const UNKNOWN_USAGE: Cost = {
  status: 'unpriced',
  total: null,
  buckets: null,
  price: null,
  reason: 'the span tells no token counts',
};

function byPrice(facts: InferenceFacts, prices: PriceBook, at: Date): Cost {
  return prices.cost({
    provider: facts.provider,
    model: facts.responseModel ?? facts.requestModel ?? '',
    usage: facts.usage,
    at,
    serviceTier: facts.serviceTier,
  });
}

/**
 * A call that the provider refused costs nothing. One that broke off may have been billed, by an
 * amount nobody told: a partial cost, not a zero.
 */
function costOfFailure({ refused }: InferenceFacts): Cost {
  return {
    status: refused ? 'free' : 'partial',
    total: 0n,
    buckets: null,
    price: null,
    reason: refused ? undefined : 'the call broke off before its usage was told',
  };
}

/** A cost that stands on the span, in picodollars. Zero tells nothing: tools write it for "unknown". */
function givenCost(attributes: Attributes): bigint | undefined {
  const currency = attributes['gen_ai.usage.cost.currency'];
  if (currency !== undefined && currency !== 'USD') return undefined;
  const langfuse = jsonObjectOf(attributes, 'langfuse.observation.cost_details')?.['total'];
  const usd =
    numberOf(attributes, Alias.providerCost) ?? (typeof langfuse === 'number' ? langfuse : 0);
  return usd > 0 && usd < 1e6 ? BigInt(Math.round(usd * 1e12)) : undefined;
}
