import { overrides } from './check-overrides.js';
import { JsonFault, parseJsonWithLines, type JsonWithLines } from './json-lines.js';
import type { PriceOverride } from './price-override.js';
import { objectOf, type Fault } from './shape.js';

/** A fault of a price file and the line it is on. */
export interface PriceFileFault {
  readonly line: number;
  readonly message: string;
}

/** Thrown by {@link parsePriceOverrides}; its message names every fault with its line. */
export class PriceFileError extends Error {
  override readonly name = 'PriceFileError';

  constructor(
    readonly fileName: string,
    readonly faults: readonly PriceFileFault[],
  ) {
    const list = faults.map(({ line, message }) => `  line ${line}: ${message}`).join('\n');
    super(
      `${fileName} has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:\n${list}`,
    );
  }
}

const priceFile = objectOf({ prices: overrides }, ['prices']);

/**
 * Reads a price file: JSON with one list, `prices`, of {@link PriceOverride}. Prices are US dollars
 * per million tokens, `web_search` is dollars for one search.
 *
 * @param fileName for the messages
 * @throws {PriceFileError} listing every fault of the file at once
 * @example A price of one's own, a model on one's own machines, the batch discount for all models:
 * ```json
 * {
 *   "prices": [
 *     {
 *       "provider": "anthropic", "model": "claude-sonnet-5-5", "effective_from": "2026-11-01",
 *       "input": "2.00", "output": "10.00", "cache_read": "0.20",
 *       "cache_write_5m": "2.50", "cache_write_1h": "4.00", "web_search": "0.01",
 *       "tiers": [{ "above": 200000, "input": "4.00", "output": "15.00" }]
 *     },
 *     { "provider": "ollama", "model": "*", "input": "0", "output": "0" },
 *     { "provider": "anthropic", "model": "*", "service_tiers": { "batch": { "multiplier": "0.5" } } }
 *   ]
 * }
 * ```
 */
export function parsePriceOverrides(text: string, fileName: string): PriceOverride[] {
  const json = readJson(text, fileName);
  const faults: Fault[] = [];
  priceFile(json.value, [], faults);
  if (faults.length > 0) {
    const byLine = faults.map(({ path, message }) => ({
      line: json.lineOf(path),
      message: `${describe(path)} ${message}`,
    }));
    throw new PriceFileError(
      fileName,
      byLine.toSorted((a, b) => a.line - b.line),
    );
  }
  return (json.value as { prices: PriceOverride[] }).prices;
}

function readJson(text: string, fileName: string): JsonWithLines {
  try {
    return parseJsonWithLines(text);
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    throw new PriceFileError(fileName, [{ line: error.line, message: error.message }]);
  }
}

/** @example prices[2].tiers[0].input */
function describe(path: Fault['path']): string {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('');
  return text === '' ? 'the file' : text.replace(/^\./, '');
}
