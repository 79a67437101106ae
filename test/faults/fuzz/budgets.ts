import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpClient } from '../../support/http.js';
import { headersOf } from './callers.js';

/**
 * Takes back the budgets that strangers make, until `ended`. What one of all calls refuses is
 * neither made nor booked, and there would be no load beside the strangers.
 *
 * @param kept - ids of those that are the test's own
 */
export async function takeBudgetsBack(
  service: HttpClient,
  kept: ReadonlySet<string>,
  ended: AbortSignal,
): Promise<void> {
  const admin = { headers: headersOf('admin') };
  while (!ended.aborted) {
    const { body } = await service.get<{ budgets: Array<{ id: string }> }>('/budgets', admin);
    for (const { id } of body.budgets.filter((budget) => !kept.has(budget.id))) {
      await service.send(`/budgets/${encodeURIComponent(id)}`, { method: 'DELETE', ...admin });
    }
    await sleep(100);
  }
}
