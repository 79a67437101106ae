import { createHash } from 'node:crypto';
import type { TokenUsage } from '../usage/index.js';
import { bill } from './bill.js';
import { catalogueRelease } from './catalogue.js';
import { overrides as checkOverrides } from './check-overrides.js';
import type { Cost } from './cost.js';
import type { KnownPrice } from './known-price.js';
import type { PriceOverride } from './price-override.js';
import { providerOf } from './provider-of.js';
import { resolve, type Resolution } from './resolution.js';
import { describePrice, type ResolvedPrice } from './resolved-price.js';
import { surcharges, tiersAt } from './service-tiers.js';
import type { Fault } from './shape.js';
import { dearest, dearestFactors } from './worst-case.js';
import type { Picodollars } from './money.js';

/** Models whose prices are kept ready; the oldest goes when there are more. */
const MAX_RESOLVED = 1_000;
/** No provider has ids that long; longer ones are not worth keeping. */
const MAX_NAME_LENGTH = 300;

/** A model, who serves it, and when. */
export interface PriceQuery {
  /**
   * `gen_ai.provider.name`, or another usual name of the provider. Empty when it is not known:
   * then the model id tells it, if it can.
   */
  readonly provider: string;
  /** The model as the answer names it, rather than as it was asked for. */
  readonly model: string;
  readonly at: Date;
}

/** What {@link PriceBook.cost} needs to know of a call. */
export interface PricedCall extends PriceQuery {
  readonly usage: TokenUsage;
  /** The tier that served the call; absent is standard. */
  readonly serviceTier?: string;
}

/** A call that is not made yet. */
export interface CallBounds extends PriceQuery {
  /** Most tokens of input, and of output with reasoning. */
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/**
 * The prices of models and what calls cost: those of the `@pydantic/genai-prices` catalogue, and
 * over them one's own. Everything is found once for each model and kept; a priced call then takes
 * about a microsecond.
 */
export class PriceBook {
  #overrides: readonly PriceOverride[] = [];
  #release = catalogueRelease();
  readonly #resolved = new Map<string, Resolution>();

  /** @throws {TypeError} naming all faults of the overrides */
  constructor(options: { readonly overrides?: readonly PriceOverride[] } = {}) {
    this.replaceOverrides(options.overrides ?? []);
  }

  /**
   * From now on these are one's own prices, instead of those before; what was priced stays so.
   *
   * @throws {TypeError} naming all faults, with nothing replaced
   */
  replaceOverrides(overrides: readonly PriceOverride[]): void {
    const faults: Fault[] = [];
    checkOverrides(overrides, [], faults);
    if (faults.length > 0) {
      const list = faults.map(({ path, message }) => `overrides.${path.join('.')} ${message}`);
      throw new TypeError(list.join('; '));
    }
    this.#overrides = [...overrides];
    this.#resolved.clear();
  }

  /** Names the prices as a whole: two books with one fingerprint price every call the same. */
  get fingerprint(): string {
    const hash = createHash('sha256').update(JSON.stringify(this.#overrides)).digest('hex');
    return `${catalogueRelease().version}:${hash.slice(0, 16)}`;
  }

  /**
   * What a call costs, exactly. Never throws, and never takes an unknown price for 0: what cannot
   * be priced is `unpriced`, what can in part is `partial`, both with the reason.
   */
  cost(call: PricedCall): Cost {
    const time = call.at.getTime();
    const resolution = this.#resolve(call.provider, call.model);
    const price = inForce(resolution, time);
    if (!price) {
      const reason = Number.isNaN(time) ? 'the time of the call is not valid' : resolution.whyNone;
      return unpriced(reason);
    }
    const { factors, gaps } = surcharges(call.serviceTier, call.usage, resolution.rules, time);
    const applied = price.with(factors);
    const billed = bill(call.usage, applied.price);
    const reason = together(call.usage.faults ?? [], gaps, billed.gaps);
    if (billed.used && !billed.known) return unpriced(reason);
    const { total, buckets } = billed;
    if (reason !== '') return { status: 'partial', total, buckets, price: applied.ref, reason };
    const status = billed.used && !billed.charged ? 'free' : 'priced';
    return { status, total, buckets, price: applied.ref };
  }

  /**
   * The most that a call of at most so many tokens can cost, whatever cache and service tier it
   * meets; searches by the provider are not in it. Null when no price is known.
   */
  worstCase({ provider, model, at, inputTokens, outputTokens }: CallBounds): Picodollars | null {
    const time = at.getTime();
    const resolution = this.#resolve(provider, model);
    const price = inForce(resolution, time);
    if (!price) return null;
    const { price: applied } = price.with(dearestFactors(resolution.rules, time));
    return dearest(applied, inputTokens, outputTokens);
  }

  /** The price in force, or undefined when none is known. */
  find({ provider, model, at }: PriceQuery): ResolvedPrice | undefined {
    const resolution = this.#resolve(provider, model);
    const price = inForce(resolution, at.getTime());
    if (!price) return undefined;
    const { ref, price: compiled } = price.with([]);
    return describePrice(ref, compiled, {
      contextWindow: resolution.contextWindow,
      serviceTiers: tiersAt(resolution.rules, at.getTime()),
    });
  }

  /** How many tokens the model takes and gives together, where the catalogue knows. */
  contextWindow(provider: string, model: string): number | undefined {
    return this.#resolve(provider, model).contextWindow;
  }

  #resolve(provider: string, model: string): Resolution {
    if (provider.length + model.length > MAX_NAME_LENGTH) return TOO_LONG;
    if (this.#release !== catalogueRelease()) {
      this.#release = catalogueRelease();
      this.#resolved.clear();
    }
    const key = `${provider.length} ${provider}${model}`;
    const known = this.#resolved.get(key);
    if (known) return known;
    const host = KNOWN_BY_MODEL.has(provider) ? (providerOf(model) ?? provider) : provider;
    const resolution = resolve(this.#overrides, host, model);
    const [oldest] = this.#resolved.size < MAX_RESOLVED ? [] : this.#resolved.keys();
    if (oldest !== undefined) this.#resolved.delete(oldest);
    this.#resolved.set(key, resolution);
    return resolution;
  }
}

/** LiteLLM passes calls on; the model id says to whom. */
const KNOWN_BY_MODEL: ReadonlySet<string> = new Set(['', 'litellm']);

const TOO_LONG: Resolution = {
  prices: [],
  rules: [],
  whyNone: 'the names of provider and model are too long',
};

function inForce({ prices }: Resolution, time: number): KnownPrice | undefined {
  if (Number.isNaN(time)) return undefined;
  const price = prices.find((candidate) => candidate.holdsAt(time));
  return price?.isEmpty ? undefined : price;
}

function unpriced(reason: string): Cost {
  return { status: 'unpriced', total: null, buckets: null, price: null, reason };
}

function together(...lists: readonly (readonly string[])[]): string {
  if (lists.every(({ length }) => length === 0)) return '';
  return [...new Set(lists.flat())].join('; ');
}
