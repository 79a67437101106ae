import { readFileSync } from 'node:fs';
import type { FactoryProvider } from '@nestjs/common';
import { AppConfig, ConfigError } from '../config/index.js';
import { PriceBook, PriceFileError, parsePriceOverrides } from '../genai/pricing/index.js';

/** The prices in force: the catalogue, and over it those of `PRICES_FILE`, checked at start. */
export const priceBookProvider: FactoryProvider<PriceBook> = {
  provide: PriceBook,
  inject: [AppConfig],
  useFactory: ({ pricesFile }: AppConfig) =>
    new PriceBook({ overrides: pricesFile === undefined ? [] : readOverrides(pricesFile) }),
};

/** @throws {ConfigError} naming the variable, and each fault with its line in the file */
function readOverrides(file: string) {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new ConfigError([`PRICES_FILE: ${file} cannot be read`]);
  }
  try {
    return parsePriceOverrides(text, file);
  } catch (error) {
    if (error instanceof PriceFileError) throw new ConfigError([`PRICES_FILE: ${error.message}`]);
    throw error;
  }
}
