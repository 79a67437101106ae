import { createHash } from 'node:crypto';
import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { AppConfig } from '../../config/index.js';
import {
  catalogueMoves,
  catalogueProviders,
  catalogueRelease,
  replaceCatalogue,
} from '../../genai/pricing/index.js';
import { parseCatalogue, withMissing } from './catalogue-data.js';
import { fetchBounded } from './fetch-bounded.js';

const HOUR_MS = 3_600_000;
/** Moves that the log names. */
const MOST_NAMED = 5;

export const REFRESH_OUTCOMES = ['updated', 'unchanged', 'refused', 'failed'] as const;
export type RefreshOutcome = (typeof REFRESH_OUTCOMES)[number];

/**
 * Fetches the price catalogue anew, where `PRICES_REFRESH_URL` says so. A file that is not whole,
 * or in which a price moved beyond `PRICES_REFRESH_MAX_FACTOR`, changes nothing: a feed can be
 * wrong, and a wrong price is worse than an old one.
 */
@Injectable()
export class CatalogueRefresh implements OnModuleInit, OnModuleDestroy {
  readonly #logger = new Logger('Prices');
  readonly #closing = new AbortController();
  /** How refreshes went, since the start. */
  readonly outcomes: Record<RefreshOutcome, number> = {
    updated: 0,
    unchanged: 0,
    refused: 0,
    failed: 0,
  };
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly config: AppConfig) {}

  /** The start does not wait: until the first refresh, the package's prices hold. */
  onModuleInit(): void {
    const { refresh } = this.config.prices;
    if (!refresh) return;
    void this.refresh(refresh.url, refresh.maxFactor);
    this.#timer = setInterval(
      () => void this.refresh(refresh.url, refresh.maxFactor),
      refresh.hours * HOUR_MS,
    ).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.#timer);
    this.#closing.abort();
  }

  /** Never rejects. */
  async refresh(url: string, maxFactor: number): Promise<RefreshOutcome> {
    const outcome = await this.#try(url, maxFactor).catch((error: unknown): RefreshOutcome => {
      if (!this.#closing.signal.aborted) this.#keep(error instanceof Error ? error.message : '?');
      return 'failed';
    });
    this.outcomes[outcome] += 1;
    return outcome;
  }

  async #try(url: string, maxFactor: number): Promise<RefreshOutcome> {
    const { text, modifiedAt } = await fetchBounded(url, this.#closing.signal);
    const version = `feed-${createHash('sha256').update(text).digest('hex').slice(0, 12)}`;
    if (version === catalogueRelease().version) return 'unchanged';
    const fetched = parseCatalogue(text);
    if (!fetched) throw new Error('the file is not a price catalogue');
    const before = await catalogueProviders();
    const after = withMissing(fetched, before);
    const moves = catalogueMoves(before, after, { at: new Date(), factor: maxFactor });
    if (moves.length > 0) {
      const named = moves.slice(0, MOST_NAMED).map(({ model, rate }) => `${model} (${rate})`);
      const more = moves.length > MOST_NAMED ? ` and ${moves.length - MOST_NAMED} more` : '';
      this.#keep(
        `more than ${maxFactor} times: ${named.join(', ')}${more}. If that is right, raise PRICES_REFRESH_MAX_FACTOR for once`,
      );
      return 'refused';
    }
    replaceCatalogue(after, { version, at: modifiedAt });
    this.#logger.log(`Prices are those of ${version}, of ${modifiedAt.toISOString()}`);
    return 'updated';
  }

  #keep(why: string): void {
    this.#logger.warn(`Prices stay those of ${catalogueRelease().version}: ${why}`);
  }
}
