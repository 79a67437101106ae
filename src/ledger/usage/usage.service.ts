import { Injectable } from '@nestjs/common';
import { Span } from 'nestjs-otel';
import { DataSource } from 'typeorm';
import { TOTALS_COLUMNS, toTotals, type TotalsRow } from '../totals.js';
import { totalsAnswer } from './totals-answer.js';
import { DIMENSIONS, type UsageQuery, type UsageReport } from './usage.schema.js';

/** Answers what was used and what it cost, from the ledger. */
@Injectable()
export class UsageService {
  constructor(private readonly dataSource: DataSource) {}

  /** One statement gives the groups and their total, so that the two always agree. */
  @Span('usage report')
  async report({ group_by, from, to }: UsageQuery): Promise<UsageReport> {
    const rows: Array<TotalsRow & { key: string | null; is_total: number }> =
      await this.dataSource.query(
        `SELECT key, grouping(key) AS is_total, ${TOTALS_COLUMNS}
         FROM (SELECT ${DIMENSIONS[group_by]} AS key, * FROM ledger_entry
               WHERE ($1::timestamptz IS NULL OR started_at >= $1)
                 AND ($2::timestamptz IS NULL OR started_at < $2)) AS entry
         GROUP BY GROUPING SETS ((key), ())
         ORDER BY grouping(key) DESC, cost DESC NULLS LAST, calls DESC, key`,
        [from ?? null, to ?? null],
      );
    const [total, ...groups] = rows;
    if (!total) throw new Error('A grand total always has a row');
    return {
      group_by,
      from: from?.toISOString() ?? null,
      to: to?.toISOString() ?? null,
      total: totalsAnswer(toTotals(total)),
      groups: groups.map((row) => ({ key: row.key, ...totalsAnswer(toTotals(row)) })),
    };
  }
}
