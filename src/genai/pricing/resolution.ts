import { cataloguePrices } from './catalogue.js';
import { findModel, type CatalogueModel } from './catalogue-match.js';
import { KnownPrice } from './known-price.js';
import { readings } from './model-id.js';
import { overridePrice, overridesFor, type OverridePrice } from './override-prices.js';
import type { PriceOverride } from './price-override.js';
import { catalogueProvider } from './provider-names.js';

/** All that is known of the prices of one model with one provider; found once, then kept. */
export interface Resolution {
  /** In the order to ask; the first that holds at a time is in force. */
  readonly prices: readonly KnownPrice[];
  /** Overrides with rules for service tiers, in the order to ask. */
  readonly rules: readonly OverridePrice[];
  readonly contextWindow?: number;
  /** Why there is no price, for when there is none. */
  readonly whyNone: string;
}

export function resolve(
  overrides: readonly PriceOverride[],
  provider: string,
  model: string,
): Resolution {
  const own = overridesFor(overrides, provider, model).map(overridePrice);
  const { found, whyNone } = lookUp(provider, model);
  return {
    prices: [
      ...own.flatMap(({ table, ...price }) =>
        table ? [new KnownPrice({ ...price, table }, 'override')] : [],
      ),
      ...(found ? cataloguePrices(found) : []).map((price) => new KnownPrice(price, 'catalogue')),
    ],
    rules: own.filter(({ multipliers }) => multipliers.size > 0),
    contextWindow: found?.model.context_window,
    whyNone,
  };
}

function lookUp(provider: string, model: string): { found?: CatalogueModel; whyNone: string } {
  let near: CatalogueModel | undefined;
  let providerIsListed = false;
  for (const name of readings(provider, model)) {
    const listed = catalogueProvider(name.provider);
    if (!listed) continue;
    providerIsListed = true;
    const match = findModel(listed, name.id);
    if (match.found) {
      return { found: match.found, whyNone: `the catalogue has no price by tokens for "${model}"` };
    }
    near ??= match.near;
  }
  if (!providerIsListed) return { whyNone: `no prices are known for the provider "${provider}"` };
  const hint = near ? `; ${near.model.id} is another model` : '';
  return { whyNone: `no price is known for "${model}"${hint}` };
}
