import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { AppConfig } from '../config/index.js';
import { PriceBook, overridesOver, type PriceOverride } from '../genai/pricing/index.js';
import { readOverrides } from '../price-book.js';
import { OverrideStore } from './override-store.js';

/** How long another process may go on with the prices before. */
const LOOK_EVERY_MS = 5_000;

/** Keeps the price book of the process with what the database has of prices. */
@Injectable()
export class LivePrices implements OnModuleInit, OnModuleDestroy {
  readonly #logger = new Logger('Prices');
  readonly #ofFile: readonly PriceOverride[];
  #revision: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    { pricesFile }: AppConfig,
    private readonly store: OverrideStore,
    private readonly book: PriceBook,
  ) {
    this.#ofFile = readOverrides(pricesFile);
  }

  /** The first call is priced right: the start waits for the prices. */
  async onModuleInit(): Promise<void> {
    await this.update();
    this.#timer = setInterval(() => void this.#look(), LOOK_EVERY_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.#timer);
    this.book.replaceOverrides(this.#ofFile);
  }

  /** A call is priced by the prices before or by those after, never by some of each. */
  async update(): Promise<void> {
    const revision = await this.store.revision();
    if (revision === this.#revision) return;
    const stored = await this.store.list();
    this.book.replaceOverrides(
      overridesOver(
        stored.map(({ price }) => price),
        this.#ofFile,
      ),
    );
    this.#revision = revision;
  }

  async #look(): Promise<void> {
    try {
      await this.update();
    } catch (error) {
      this.#logger.debug(`Prices stay as they are: ${String(error)}`);
    }
  }
}
