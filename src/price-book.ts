import { readFileSync } from 'node:fs';
import { ConfigError } from './config/index.js';
import { PriceBook, PriceFileError, parsePriceOverrides } from './genai/pricing/index.js';

/**
 * The prices in force: the catalogue, and over it those of the file. Spans and ledger are priced
 * by the same book.
 *
 * @throws {ConfigError} naming the variable, and each fault with its line in the file
 */
export function openPriceBook(pricesFile: string | undefined): PriceBook {
  return new PriceBook({ overrides: pricesFile ? readOverrides(pricesFile) : [] });
}

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
