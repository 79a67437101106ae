import type { EntityManager } from 'typeorm';
import type { BudgetedRun, CallScope } from './call-scopes.js';

/** A call that asks for its money. */
export interface HoldRequest {
  readonly scopes: readonly CallScope[];
  readonly runs: readonly BudgetedRun[];
  /** The most it can cost, picodollars; null when its price is unknown. */
  readonly amount: bigint | null;
}

/** The budget that has no room for a call, as the database tells it. Money is picodollars. */
export interface Refusal {
  readonly budget: string;
  readonly scope: string;
  readonly subject: string;
  /** The budget does not take calls whose price is unknown. */
  readonly unpriced: boolean;
  readonly limit: string;
  readonly spent: string;
  readonly held: string;
  readonly resets_at: string | null;
}

/** What became of a request: the windows it is held on (none when no budget applies), or a refusal. */
export type HoldOutcome =
  | { readonly hold: { readonly id: string; readonly windows: readonly string[] } }
  | { readonly refusal: Refusal };

/** Asks for many calls at once, first come, first served; one statement, all or none of each. */
export async function holdCalls(
  manager: EntityManager,
  requests: readonly HoldRequest[],
  ttlMs: number,
): Promise<HoldOutcome[]> {
  // New ids at each try: what a lost connection may have left behind runs out by itself.
  const ids = requests.map(() => crypto.randomUUID());
  const calls = requests.map(({ scopes, amount }, n) => ({
    n,
    hold: ids[n],
    amount: amount?.toString(),
    ttl_ms: ttlMs,
    scopes,
  }));
  const [row]: Array<{ answers: Answer[] }> = await manager.query(
    'SELECT budget_hold_calls($1::json, $2::json) AS answers',
    [JSON.stringify(calls), runsOf(requests)],
  );
  const outcomes: HoldOutcome[] = ids.map((id) => ({ hold: { id, windows: [] } }));
  for (const { n, windows = [], refusal } of row?.answers ?? []) {
    outcomes[n] = refusal ? { refusal } : { hold: { id: ids[n] ?? '', windows } };
  }
  return outcomes;
}

/** Each run once; null when there is none. */
function runsOf(requests: readonly HoldRequest[]): string | null {
  const runs = new Map(requests.flatMap((request) => request.runs.map((run) => [run.id, run])));
  return runs.size === 0 ? null : JSON.stringify([...runs.values()]);
}

interface Answer {
  readonly n: number;
  readonly windows?: readonly string[];
  readonly refusal?: Refusal;
}
