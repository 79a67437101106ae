import { Injectable } from '@nestjs/common';
import { Span } from 'nestjs-otel';
import { DataSource } from 'typeorm';
import { toTotals, type TotalsRow } from '../totals.js';
import { DIMENSIONS } from './dimensions.js';
import { totalsAnswer } from './totals-answer.js';
import { MEASURES, factsIn } from './usage-facts.js';
import type { UsageQuery, UsageReport } from './usage.schema.js';

const GROUPS_ON_A_PAGE = 100;

/** Answers what was used and what it cost, from the ledger. */
@Injectable()
export class UsageService {
  constructor(private readonly dataSource: DataSource) {}

  /** One statement gives the groups and their total, so that the two always agree. */
  @Span('usage report')
  async report({ group_by, bucket, cursor, limit = GROUPS_ON_A_PAGE, ...range }: UsageQuery) {
    const { from, to, ...filters } = range;
    const parameters: unknown[] = [];
    const bind = (value: unknown) => `$${parameters.push(value)}`;
    const keys = group_by.map((dimension, n) => `${DIMENSIONS[dimension]} AS key_${n}`);
    const names = group_by.map((_, n) => `key_${n}`).join(', ');
    const start = Number(cursor ?? 0);
    const order = `bucket, cost DESC NULLS LAST, calls DESC, ${names}`;
    const time = bucket ? `date_trunc('${bucket}', at, 'UTC')` : 'NULL::timestamptz';
    const rows: Row[] = await this.dataSource.query(
      `WITH fact AS (SELECT *, ${time} AS bucket, ${keys.join(', ')}
         FROM (${factsIn({ from, to, filters }, bind)}) AS fact),
       grouped AS (
         SELECT bucket, ${names}, grouping(key_0) AS is_total, ${SUMS}
         FROM fact GROUP BY GROUPING SETS ((bucket, ${names}), ())),
       page AS (SELECT * FROM grouped WHERE is_total = 0
         ORDER BY ${order} LIMIT ${bind(limit + 1)} OFFSET ${bind(start)})
       SELECT * FROM grouped WHERE is_total = 1 UNION ALL SELECT * FROM page
       ORDER BY is_total DESC, ${order}`,
      parameters,
    );
    const [total, ...groups] = rows;
    if (!total) throw new Error('A grand total always has a row');
    const answer: UsageReport = {
      group_by,
      bucket: bucket ?? null,
      from: from?.toISOString() ?? null,
      to: to?.toISOString() ?? null,
      total: totalsAnswer(toTotals(total)),
      groups: groups.slice(0, limit).map((row) => ({
        bucket: row.bucket?.toISOString() ?? null,
        keys: Object.fromEntries(group_by.map((name, n) => [name, row[`key_${n}`] ?? null])),
        ...totalsAnswer(toTotals(row)),
      })),
      next_cursor: groups.length > limit ? String(start + limit) : null,
    };
    return answer;
  }
}

interface Row extends TotalsRow {
  readonly bucket: Date | null;
  readonly is_total: number;
  readonly [key: `key_${number}`]: string | null;
}

/** Nothing is known of a cost when no call has a price. */
const SUMS = MEASURES.map((name) =>
  name === 'cost'
    ? 'CASE WHEN sum(calls) > sum(unpriced_calls) THEN sum(cost) END AS cost'
    : `coalesce(sum(${name}), 0) AS ${name}`,
).join(', ');
