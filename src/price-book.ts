import { readFileSync } from 'node:fs';
import { ConfigError } from './config/index.js';
import {
  PriceBook,
  PriceFileError,
  parsePriceOverrides,
  type PriceOverride,
} from './genai/pricing/index.js';

/** Spans and ledger are priced by the same book, also after prices have been changed. */
const books = new Map<string | undefined, PriceBook>();

/**
 * The prices in force: the catalogue, and over it those of the file; one book for the process.
 *
 * @throws {ConfigError} naming the variable, and each fault with its line in the file
 */
export function openPriceBook(pricesFile: string | undefined): PriceBook {
  const book = books.get(pricesFile) ?? new PriceBook({ overrides: readOverrides(pricesFile) });
  books.set(pricesFile, book);
  return book;
}

/** @throws {ConfigError} */
export function readOverrides(file: string | undefined): PriceOverride[] {
  if (file === undefined) return [];
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
