import type { Provider } from '@pydantic/genai-prices';
import { cataloguePrices } from './catalogue.js';
import { formatDecimal, type Decimal } from './decimal.js';
import type { PriceTable, RateName } from './price-table.js';

/** A rate that is another in a later catalogue. US dollars for one token, search or call. */
export interface CatalogueMove {
  /** @example 'anthropic/claude-sonnet-5' */
  readonly model: string;
  readonly rate: RateName;
  readonly from: string;
  /** Absent: there is no such price any more. */
  readonly to?: string;
  /** By how much it rose or fell, at least 1; infinite when a price came to 0 or went away. */
  readonly factor: number;
}

/** Prices in force at a time that moved by more than a factor, or went away. New ones are no moves. */
export function catalogueMoves(
  before: readonly Provider[],
  after: readonly Provider[],
  { at, factor: allowed }: { readonly at: Date; readonly factor: number },
): CatalogueMove[] {
  const later = new Map(after.map((provider) => [provider.id, provider]));
  return before.flatMap((provider) => {
    const others = later.get(provider.id);
    return provider.models.flatMap((model) => {
      const other = others?.models.find(({ id }) => id === model.id);
      const old = tableAt({ provider, model }, at);
      const now = others && other ? tableAt({ provider: others, model: other }, at) : {};
      return movesOf(`${provider.id}/${model.id}`, old, now).filter(
        ({ factor }) => factor > allowed,
      );
    });
  });
}

function tableAt(model: Parameters<typeof cataloguePrices>[0], at: Date): PriceTable {
  return cataloguePrices(model).find((price) => price.holdsAt(at.getTime()))?.table ?? {};
}

function movesOf(model: string, old: PriceTable, now: PriceTable): CatalogueMove[] {
  return (Object.keys(old) as RateName[]).flatMap((rate) => {
    const from = old[rate]?.base;
    const to = now[rate]?.base;
    if (!from) return [];
    const factor = factorOf(from, to);
    const texts = { from: formatDecimal(from), ...(to && { to: formatDecimal(to) }) };
    return factor === 1 ? [] : [{ model, rate, ...texts, factor }];
  });
}

function factorOf(from: Decimal, to: Decimal | undefined): number {
  if (!to) return Infinity;
  const [a, b] = [Number(formatDecimal(from)), Number(formatDecimal(to))];
  if (a === b) return 1;
  return Math.max(a, b) / Math.min(a, b);
}
