import { Injectable } from '@nestjs/common';
import { Span } from 'nestjs-otel';
import { DataSource } from 'typeorm';
import { toTotals, type TotalsRow } from '../totals.js';
import { DIMENSIONS, startOf } from './dimensions.js';
import { totalsAnswer } from './totals-answer.js';
import { MEASURES, factsIn } from './usage-facts.js';
import type { UsageQuery, UsageReport } from './usage.schema.js';

const GROUPS_ON_A_PAGE = 100;
/** Groups of which nothing is known come last. */
const PRICED = '(calls > unpriced_calls)';

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
    const none = group_by.map((_, n) => `(SELECT key_${n} FROM grouped LIMIT 0) AS key_${n}`);
    const order = `ORDER BY bucket, ${PRICED} DESC, cost DESC, calls DESC, ${names}`;
    const time = bucket ? startOf(bucket) : 'NULL::timestamptz';
    const rows: Row[] = await this.dataSource.query(
      `WITH fact AS (SELECT *, ${time} AS bucket, ${keys.join(', ')}
         FROM (${factsIn({ from, to, filters }, bind)}) AS fact),
       grouped AS (SELECT bucket, ${names}, ${SUMS} FROM fact GROUP BY bucket, ${names}),
       total AS (
         SELECT 0::bigint AS place, NULL::timestamptz AS bucket, ${none.join(', ')}, ${SUMS}
         FROM grouped),
       page AS (SELECT * FROM grouped ${order} LIMIT ${bind(limit + 1)} OFFSET ${bind(start)}),
       placed AS (SELECT row_number() OVER (${order}) AS place, * FROM page)
       SELECT * FROM total UNION ALL SELECT * FROM placed ORDER BY place`,
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
        keys: Object.fromEntries(group_by.map((name, n) => [name, keyOf(row[`key_${n}`])])),
        ...totalsAnswer(toTotals(row)),
      })),
      next_cursor: groups.length > limit ? String(start + limit) : null,
    };
    return answer;
  }
}

interface Row extends TotalsRow {
  readonly bucket: Date | null;
  readonly [key: `key_${number}`]: string | Date | null;
}

const SUMS = MEASURES.map((name) => `coalesce(sum(${name}), 0) AS ${name}`).join(', ');

/** A day is a time in the database, and its date in an answer. */
function keyOf(key: string | Date | null | undefined): string | null {
  return key instanceof Date ? key.toISOString().slice(0, 10) : (key ?? null);
}
