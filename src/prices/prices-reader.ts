import { Injectable } from '@nestjs/common';
import { PriceBook, catalogueRelease, type ResolvedPrice } from '../genai/pricing/index.js';
import { notFound } from '../http/index.js';
import { UsageService } from '../ledger/index.js';
import { OverrideStore } from './override-store.js';
import type { PricedModel, PricesAnswer, PricesQuery } from './prices.schema.js';

const DAY_MS = 86_400_000;
const LATELY_DAYS = 30;
const MOST_MODELS = 1_000;

/** Any usage finds the reason why there is no price. */
const A_TOKEN = {
  input: 1,
  cacheRead: 0,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  output: 0,
  reasoning: 0,
};

/** Answers what is paid for a model, and which of those in use have no price. */
@Injectable()
export class PricesReader {
  constructor(
    private readonly prices: PriceBook,
    private readonly usage: UsageService,
    private readonly overrides: OverrideStore,
  ) {}

  /**
   * @param owner the API key that is held to its own calls
   * @throws {Problem} 404 when the model that was asked for has no price then, with the reason
   */
  async read(
    { model, provider = '', at = new Date() }: PricesQuery,
    owner: string | undefined,
  ): Promise<PricesAnswer> {
    const { version, at: released } = catalogueRelease();
    const models =
      model === undefined ? await this.#usedLately(at, owner) : [this.#known(provider, model, at)];
    return {
      at: at.toISOString(),
      catalogue: {
        version,
        released_at: released.toISOString(),
        age_days: Math.floor((Date.now() - released.getTime()) / DAY_MS),
      },
      overrides: (await this.overrides.list()).length,
      models,
    };
  }

  #known(provider: string, model: string, at: Date): PricedModel {
    const found = this.#look(provider, model, at);
    if (found.price) return { provider, model, ...found, calls: null, unpriced_calls: null };
    throw notFound(`There is no price in force at that time: ${found.reason}.`);
  }

  async #usedLately(at: Date, owner: string | undefined): Promise<PricedModel[]> {
    const { groups } = await this.usage.report({
      group_by: ['provider', 'model'],
      from: new Date(Date.now() - LATELY_DAYS * DAY_MS),
      limit: MOST_MODELS,
      api_key: owner === undefined ? undefined : [owner],
    });
    return groups
      .map(({ keys, calls, unpriced_calls }): PricedModel => {
        const { provider, model } = { provider: keys.provider ?? '', model: keys.model ?? '' };
        return { provider, model, ...this.#look(provider, model, at), calls, unpriced_calls };
      })
      .toSorted(
        (a, b) =>
          Number(a.price !== null) - Number(b.price !== null) || (b.calls ?? 0) - (a.calls ?? 0),
      );
  }

  #look(provider: string, model: string, at: Date): Pick<PricedModel, 'price' | 'reason'> {
    const price = this.prices.find({ provider, model, at });
    if (price) return { price: priceAnswer(price), reason: null };
    const { reason } = this.prices.cost({ provider, model, at, usage: A_TOKEN });
    return { price: null, reason: reason ?? null };
  }
}

function priceAnswer(price: ResolvedPrice): NonNullable<PricedModel['price']> {
  return {
    id: price.ref.id,
    source: price.ref.source,
    per_million_tokens: price.perMillionTokens,
    long_context: price.longContext.map(({ above, perMillionTokens }) => ({
      above,
      per_million_tokens: perMillionTokens,
    })),
    service_tiers: price.serviceTiers,
    per_web_search: price.perWebSearch ?? null,
    per_request: price.perRequest ?? null,
    context_window: price.contextWindow ?? null,
  };
}
