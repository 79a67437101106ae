import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { formatUsd } from '../genai/pricing/index.js';
import { notFound } from '../http/index.js';
import type { BudgetAnswer, BudgetState } from './budget.schema.js';
import type { CallScope } from './call-scopes.js';

/** Subjects that one answer tells of. */
const MOST_SUBJECTS = 100;

/** What the budgets are, and where they stand. */
@Injectable()
export class BudgetReader {
  constructor(private readonly dataSource: DataSource) {}

  /** All of them, or the one; by their ids. */
  async list(id?: string): Promise<BudgetAnswer[]> {
    await this.#bringUpToDate();
    const rows: BudgetRow[] = await this.dataSource.query(
      `SELECT b.*, budget_period_end(b.period, b.time_zone, now()) AS ends_at, (
         SELECT json_agg(state) FROM (
           SELECT w.subject, w.spent::text, w.held::text,
             (SELECT min(s.minute) + interval '1 minute' + make_interval(hours => b.rolling_hours)
              FROM budget_spending s WHERE s.window_id = w.id) AS frees_at
           FROM budget_window w
           WHERE w.budget_id = b.id
             AND w.starts_at = budget_period_start(b.period, b.time_zone, now())
           ORDER BY w.spent + w.held DESC, w.id LIMIT $2) AS state) AS states
       FROM budget b WHERE b.source <> 'run' AND ($1::text IS NULL OR b.id = $1) ORDER BY b.id`,
      [id ?? null, MOST_SUBJECTS],
    );
    return rows.map(toAnswer);
  }

  /** @throws {Problem} 404 when there is no such budget */
  async get(id: string): Promise<BudgetAnswer> {
    const [budget] = await this.list(id);
    if (!budget) throw notFound(`There is no budget ${id}.`);
    return budget;
  }

  /** Frees what time has freed, and opens the windows of budgets that are for one subject. */
  async #bringUpToDate(): Promise<void> {
    await reclaim(this.dataSource);
    const named: CallScope[] = await this.dataSource.query(
      `SELECT DISTINCT scope, scope_value AS value FROM budget b
       WHERE source <> 'run' AND scope_value <> '*' AND NOT EXISTS (
         SELECT FROM budget_window w WHERE w.budget_id = b.id
           AND w.starts_at = budget_period_start(b.period, b.time_zone, now()))`,
    );
    if (named.length === 0) return;
    await this.dataSource.query(
      'SELECT budget_open(ARRAY(SELECT t FROM budget_targets($1::json) t))',
      [JSON.stringify([{ n: 0, scopes: named }])],
    );
  }
}

/** Frees what dead processes hold, and what has left rolling periods. */
export async function reclaim(dataSource: DataSource): Promise<void> {
  await dataSource.query(
    `SELECT budget_reclaim(array_agg(window_id)) FROM (
       SELECT window_id FROM budget_hold WHERE expires_at <= now()
       UNION
       SELECT s.window_id FROM budget_spending s
         JOIN budget_window w ON w.id = s.window_id JOIN budget b ON b.id = w.budget_id
       WHERE s.minute + interval '1 minute' <= now() - make_interval(hours => b.rolling_hours)
     ) AS due HAVING count(*) > 0`,
  );
}

interface BudgetRow {
  readonly id: string;
  readonly scope: BudgetAnswer['scope'];
  readonly scope_value: string;
  readonly period: BudgetAnswer['period'];
  readonly rolling_hours: number | null;
  readonly time_zone: string;
  readonly limit_amount: string;
  readonly mode: BudgetAnswer['mode'];
  readonly unpriced: BudgetAnswer['unpriced'];
  readonly thresholds: number[];
  readonly source: BudgetAnswer['source'];
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly ends_at: Date | null;
  readonly states: ReadonlyArray<{
    readonly subject: string;
    readonly spent: string;
    readonly held: string;
    readonly frees_at: string | null;
  }> | null;
}

function toAnswer(row: BudgetRow): BudgetAnswer {
  const limit = BigInt(row.limit_amount);
  return {
    id: row.id,
    scope: row.scope,
    scope_id: ['', '*'].includes(row.scope_value) ? null : row.scope_value,
    period: row.period,
    rolling_hours: row.rolling_hours,
    time_zone: row.time_zone,
    limit_usd: formatUsd(limit),
    mode: row.mode,
    thresholds: row.thresholds,
    unpriced: row.unpriced,
    source: row.source,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    state: (row.states ?? []).map(({ subject, spent, held, frees_at }): BudgetState => {
      const left = limit - BigInt(spent) - BigInt(held);
      const freesAt = frees_at === null ? null : new Date(frees_at);
      return {
        scope_id: subject === '' ? null : subject,
        spent_usd: formatUsd(BigInt(spent)),
        held_usd: formatUsd(BigInt(held)),
        left_usd: formatUsd(left > 0n ? left : 0n),
        resets_at: (row.ends_at ?? freesAt)?.toISOString() ?? null,
      };
    }),
  };
}
