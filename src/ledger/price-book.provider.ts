import type { FactoryProvider } from '@nestjs/common';
import { AppConfig } from '../config/index.js';
import { PriceBook } from '../genai/pricing/index.js';
import { openPriceBook } from '../price-book.js';

export const priceBookProvider: FactoryProvider<PriceBook> = {
  provide: PriceBook,
  inject: [AppConfig],
  useFactory: ({ pricesFile }: AppConfig) => openPriceBook(pricesFile),
};
