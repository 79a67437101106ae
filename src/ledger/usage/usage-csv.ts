import { stringify } from 'csv-stringify/sync';
import type { UsageReport } from './usage.schema.js';

/**
 * The groups as RFC 4180 lines under their names. A cell that a spreadsheet would take for a
 * formula begins with an apostrophe: ids come from callers.
 */
export function usageCsv({ bucket, groups }: UsageReport): string {
  const lines = groups.map(({ bucket: time, keys, cost: _, ...totals }) => ({
    ...(bucket ? { [bucket]: time } : {}),
    ...keys,
    ...totals,
  }));
  return stringify(lines, { header: true, escape_formulas: true, record_delimiter: '\r\n' });
}
