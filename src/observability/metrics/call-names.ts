import type { PriceBook } from '../../genai/pricing/index.js';
import type { EntryDraft } from '../../ledger/index.js';
import { BoundedNames, OTHER } from './bounded-names.js';

const MOST_MODELS = 200;
const MOST_PROVIDERS = 50;
/** What is known of a model is looked up again from time to time: prices change by date. */
const MOST_REMEMBERED = 1_000;

/** A call as labels know it. */
export interface CallName {
  readonly provider: string;
  readonly model: string;
}

/** What is known of a model by its price. */
interface Known {
  readonly priced: boolean;
  /** USD. */
  readonly savedByCachedToken: number;
}

/**
 * Labels of calls. The name of a model that nobody prices may be anything that a caller thought of,
 * so only priced ones are told apart.
 */
export class CallNames {
  readonly #models = new BoundedNames(MOST_MODELS);
  readonly #providers = new BoundedNames(MOST_PROVIDERS);
  readonly #known = new Map<string, Known>();

  constructor(private readonly prices: PriceBook) {}

  of(entry: EntryDraft): CallName {
    return {
      provider: this.#providers.label(entry.provider),
      model: this.#knownOf(entry).priced ? this.#models.label(entry.requestModel) : OTHER,
    };
  }

  /** USD by which an input token is cheaper when it is read from the cache; 0 if nobody knows. */
  savedByCachedToken(entry: EntryDraft): number {
    return entry.cost.price ? this.#knownOf(entry).savedByCachedToken : 0;
  }

  #knownOf({ provider, requestModel, startedAt, cost }: EntryDraft): Known {
    const key = `${provider}\0${requestModel}\0${cost.price?.id ?? ''}`;
    let known = this.#known.get(key);
    if (!known) {
      known = this.#lookUp(provider, requestModel, startedAt);
      if (this.#known.size >= MOST_REMEMBERED) this.#known.clear();
      this.#known.set(key, known);
    }
    return known;
  }

  #lookUp(provider: string, model: string, at: Date): Known {
    const price = this.prices.find({ provider, model, at });
    const { input = '0', cacheRead = input } = price?.perMillionTokens ?? {};
    return {
      priced: price !== undefined,
      savedByCachedToken: Math.max(0, Number(input) - Number(cacheRead)) / 1e6,
    };
  }
}
