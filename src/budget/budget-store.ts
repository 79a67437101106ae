import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Problem, conflict, invalidRequest, notFound } from '../http/index.js';
import { BudgetService } from './budget.service.js';
import type { BudgetChange, BudgetRequest } from './budget.schema.js';
import { modelName } from './call-scopes.js';

/** Each is a label of three gauges, and is asked of every call of its scope. */
const MOST_BUDGETS = 1_000;

/** The windows of the budgets $1, in the order in which calls lock them: nobody waits in a circle. */
const LOCKED = `locked AS (
  SELECT id FROM budget_window WHERE budget_id = ANY ($1) ORDER BY id FOR UPDATE)`;

/** Makes, changes and removes budgets. */
@Injectable()
export class BudgetStore {
  constructor(
    private readonly dataSource: DataSource,
    private readonly budgets: BudgetService,
  ) {}

  /** @throws {Problem} 409 when there is one of that id, or too many */
  async create(request: BudgetRequest): Promise<string> {
    const id = request.id ?? `budget_${randomUUID()}`;
    const made = await insertBudget(this.dataSource.manager, { ...request, id }, 'api');
    this.budgets.presence.changed();
    if (!made) throw conflict('budget-exists', `There is a budget ${id} already.`);
    return id;
  }

  /**
   * A change holds at once, also for calls that wait at this moment. What is held already stays
   * held: a limit that is lowered below it lets nothing more pass until it is settled.
   */
  async change(id: string, change: BudgetChange): Promise<void> {
    await this.#refuseFixed(id);
    const { limit_usd: limit, mode, thresholds, unpriced } = change;
    await this.dataSource.query(
      `WITH changed AS (
         UPDATE budget SET
           limit_amount = coalesce($2::numeric, limit_amount), mode = coalesce($3::text, mode),
           thresholds = coalesce($4::integer[], thresholds),
           unpriced = coalesce($5::text, unpriced),
           updated_at = now()
         WHERE id = ANY ($1) RETURNING id, limit_amount),
       ${LOCKED}
       UPDATE budget_window w SET notified = CASE WHEN c.limit_amount = 0 THEN w.notified
         ELSE least(w.notified, floor(w.spent * 100 / c.limit_amount)) END
       FROM changed c, locked WHERE w.id = locked.id`,
      [[id], limit?.toString(), mode, thresholds, unpriced],
    );
  }

  async delete(id: string): Promise<void> {
    await this.#refuseFixed(id);
    await this.dataSource.transaction((manager) => deleteBudgets(manager, [id]));
    this.budgets.presence.changed();
  }

  async #refuseFixed(id: string): Promise<void> {
    const [row]: Array<{ source: string }> = await this.dataSource.query(
      `SELECT source FROM budget WHERE id = $1 AND source <> 'run'`,
      [id],
    );
    if (!row) throw notFound(`There is no budget ${id}.`);
    if (row.source === 'file') {
      throw conflict('budget-of-file', `The budget ${id} is of BUDGETS_FILE: change it there.`);
    }
  }
}

/** @returns false when there is one of that id already */
export async function insertBudget(
  manager: EntityManager,
  request: BudgetRequest & { readonly id: string },
  source: 'api' | 'file',
): Promise<boolean> {
  try {
    const rows: Array<{ full: boolean; made: boolean }> = await manager.query(
      `WITH made AS (
         INSERT INTO budget (id, scope, scope_value, period, rolling_hours, time_zone,
           limit_amount, mode, thresholds, unpriced, source)
         SELECT $1::text, $2, $3, $4, $5::integer, $6::text, $7::numeric, $8, $9::integer[], $10, $11
         WHERE (SELECT count(*) FROM budget WHERE source <> 'run') < $12::integer
           -- The zone must be known here as well, or calls would fail for it later.
           AND now() AT TIME ZONE $6::text IS NOT NULL
         ON CONFLICT (id) DO NOTHING RETURNING id)
       SELECT EXISTS (SELECT FROM made) AS made,
         (SELECT count(*) FROM budget WHERE source <> 'run') >= $12 AS full`,
      [
        request.id,
        request.scope,
        scopeValue(request),
        request.period,
        request.rolling_hours ?? null,
        request.time_zone,
        request.limit_usd.toString(),
        request.mode,
        request.thresholds,
        request.unpriced,
        source,
        MOST_BUDGETS,
      ],
    );
    if (rows[0]?.full && !rows[0].made) {
      throw conflict('too-many-budgets', `There are ${MOST_BUDGETS} budgets; delete one first.`);
    }
    return rows[0]?.made ?? false;
  } catch (error) {
    if (error instanceof Problem || !/time zone/.test(String(error))) throw error;
    const message = 'The database does not know this time zone';
    throw invalidRequest([{ path: 'time_zone', message }]);
  }
}

/**
 * With all that is held on them; the entries of calls under way are booked as ever.
 *
 * @param manager - of a transaction
 */
export async function deleteBudgets(manager: EntityManager, ids: readonly string[]): Promise<void> {
  // By itself: it waits for calls that open a window of theirs, and the next statement sees those.
  await manager.query('DELETE FROM budget WHERE id = ANY ($1)', [ids]);
  await manager.query(
    `WITH ${LOCKED},
       windows AS (DELETE FROM budget_window w USING locked WHERE w.id = locked.id
         RETURNING w.id),
       minutes AS (DELETE FROM budget_spending USING windows WHERE window_id = windows.id)
     DELETE FROM budget_hold USING windows WHERE window_id = windows.id`,
    [ids],
  );
}

/** `*`: each one of the scope. */
export function scopeValue({ scope, scope_id: id }: BudgetRequest): string {
  if (scope === 'global') return '';
  if (id === undefined) return '*';
  return scope === 'model' ? modelName(id) : id;
}
