import {
  updatePrices,
  waitForUpdate,
  type ConditionalPrice,
  type ModelInfo,
  type ModelPrice,
  type Provider,
} from '@pydantic/genai-prices';
import type { CatalogueModel } from './catalogue-match.js';
import { decimalOfNumber, divideByPowerOfTen } from './decimal.js';
import {
  PER_MILLION,
  type DatedPrice,
  type PriceTable,
  type Rate,
  type RateName,
} from './price-table.js';

/** Which prices the catalogue holds, and when they were released: what changed later is not in it. */
export interface CatalogueRelease {
  readonly version: string;
  readonly at: Date;
}

/** The package's, by its registry. */
let release: CatalogueRelease = { version: '0.1.8', at: new Date('2026-09-23T10:11:04Z') };

/** What is in force in this process. */
export function catalogueRelease(): CatalogueRelease {
  return release;
}

export async function catalogueProviders(): Promise<readonly Provider[]> {
  return (await waitForUpdate()) ?? [];
}

/** For the whole process: every price book prices by the new catalogue from now on. */
export function replaceCatalogue(providers: Provider[], next: CatalogueRelease): void {
  updatePrices(({ setProviderData }: { setProviderData: (data: Provider[]) => void }) =>
    setProviderData(providers),
  );
  release = next;
}

/**
 * The prices of a model by tokens, in the order to ask: the first that holds is in force. The order
 * is the catalogue's own, later ones first; when none holds, the oldest does.
 *
 * The catalogue leaves zeros out, so that an empty price may mean free, not by tokens or not known.
 * Only a model that calls itself free is taken for it; the table of the others stays empty.
 */
export function cataloguePrices({ provider, model }: CatalogueModel): DatedPrice[] {
  const name = `${provider.id}/${model.id}`;
  const periods = conditionalPrices(model).map(({ constraint, prices }) => ({
    constraint,
    table: model.id.endsWith(':free') ? FREE : toTable(prices),
  }));
  const [oldest] = periods;
  return [
    ...periods.toReversed().map(({ constraint, table }) => ({
      id: name + periodSuffix(constraint),
      table,
      holdsAt: condition(constraint),
    })),
    ...(oldest ? [{ id: name, table: oldest.table, holdsAt: always }] : []),
  ];
}

const NOTHING: Rate = { base: { digits: 0n, places: 0 }, tiers: [] };
const FREE: PriceTable = { input: NOTHING, output: NOTHING };

function conditionalPrices({ prices }: ModelInfo): ConditionalPrice[] {
  return Array.isArray(prices) ? prices : [{ prices }];
}

const always = () => true;
const DAY_MS = 86_400_000;

function condition(constraint: ConditionalPrice['constraint']): (time: number) => boolean {
  if (!constraint) return always;
  if (constraint.type === 'start_date') {
    const start = Date.parse(constraint.start_date);
    return (time) => time >= start;
  }
  const start = timeOfDay(constraint.start_time);
  const end = timeOfDay(constraint.end_time);
  return (time) => {
    const now = ((time % DAY_MS) + DAY_MS) % DAY_MS;
    return start <= end ? now >= start && now < end : now >= start || now < end;
  };
}

/** @returns milliseconds since midnight UTC of a time such as `16:30:00Z` or `00:30:00+08:00` */
function timeOfDay(time: string): number {
  return (Date.parse(`1970-01-02T${time}`) + DAY_MS) % DAY_MS;
}

function periodSuffix(constraint: ConditionalPrice['constraint']): string {
  if (!constraint) return '';
  return constraint.type === 'start_date'
    ? `@${constraint.start_date}`
    : `@${constraint.start_time}-${constraint.end_time}`;
}

/** The catalogue's keys that we have a use for; the suffix tells what the price is per. */
const KEYS: Readonly<Record<string, readonly [RateName, number]>> = {
  input_mtok: ['input', PER_MILLION],
  cache_read_mtok: ['cacheRead', PER_MILLION],
  cache_write_mtok: ['cacheWrite5m', PER_MILLION],
  cache_write_5m_mtok: ['cacheWrite5m', PER_MILLION],
  cache_write_1h_mtok: ['cacheWrite1h', PER_MILLION],
  output_mtok: ['output', PER_MILLION],
  output_reasoning_mtok: ['reasoning', PER_MILLION],
  input_audio_mtok: ['inputAudio', PER_MILLION],
  input_image_mtok: ['inputImage', PER_MILLION],
  input_video_mtok: ['inputVideo', PER_MILLION],
  cache_audio_read_mtok: ['cacheReadAudio', PER_MILLION],
  cache_image_read_mtok: ['cacheReadImage', PER_MILLION],
  output_audio_mtok: ['outputAudio', PER_MILLION],
  output_image_mtok: ['outputImage', PER_MILLION],
  output_video_mtok: ['outputVideo', PER_MILLION],
  web_searches_kcount: ['webSearch', 3],
  requests_kcount: ['request', 3],
};

function toTable(price: ModelPrice): PriceTable {
  const table: { [Name in RateName]?: Rate } = {};
  for (const [key, [name, per]] of Object.entries(KEYS)) {
    const value = price[key];
    if (value === undefined) continue;
    const { base, tiers } = typeof value === 'number' ? { base: value, tiers: [] } : value;
    const baseRate = toRate(base, per);
    if (!baseRate) continue;
    table[name] = {
      base: baseRate,
      tiers: tiers.map(({ start, price: above }) => ({
        above: start,
        rate: toRate(above, per) ?? baseRate,
      })),
    };
  }
  return table;
}

function toRate(price: number, per: number) {
  const decimal = decimalOfNumber(price);
  return decimal && divideByPowerOfTen(decimal, per);
}
