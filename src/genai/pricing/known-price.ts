import { catalogueRelease } from './catalogue.js';
import { compilePrice, type CompiledPrice } from './compiled-price.js';
import type { PriceRef } from './cost.js';
import { formatDecimal, multiply, type Decimal } from './decimal.js';
import type { DatedPrice } from './price-table.js';

/** The rule of a service tier or mode of serving. */
export interface Factor {
  readonly name: string;
  readonly multiplier: Decimal;
}

/** A price as it is applied to a call. */
export interface AppliedPrice {
  readonly ref: PriceRef;
  readonly price: CompiledPrice;
}

const ONE: Decimal = { digits: 1n, places: 0 };

/** A price of the catalogue or of an override; compiled once for each combination of factors. */
export class KnownPrice {
  /** The period is known, its prices are not. */
  readonly isEmpty: boolean;
  readonly #dated: DatedPrice;
  readonly #source: PriceRef['source'];
  readonly #catalogueVersion = catalogueRelease().version;
  readonly #applied = new Map<string, AppliedPrice>();

  constructor(dated: DatedPrice, source: PriceRef['source']) {
    this.#dated = dated;
    this.isEmpty = Object.keys(dated.table).length === 0;
    this.#source = source;
  }

  holdsAt(time: number): boolean {
    return this.#dated.holdsAt(time);
  }

  with(factors: readonly Factor[]): AppliedPrice {
    let suffix = '';
    for (const { name, multiplier } of factors) suffix += `#${name}*${formatDecimal(multiplier)}`;
    const known = this.#applied.get(suffix);
    if (known) return known;
    const multiplier = factors.reduce(
      (product, factor) => multiply(product, factor.multiplier),
      ONE,
    );
    const applied = {
      ref: {
        id: this.#dated.id + suffix,
        source: this.#source,
        catalogueVersion: this.#catalogueVersion,
      },
      price: compilePrice(this.#dated.table, multiplier),
    };
    this.#applied.set(suffix, applied);
    return applied;
  }
}
