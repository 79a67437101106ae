import type { EntityManager } from 'typeorm';
import { bookingKey, type EntryDraft, type Hold } from './entry-draft.js';
import { INSERT_ENTRIES, insertParameter } from './entry-insert.js';

/** A budget whose spending has passed a threshold, told once in its period. Money is picodollars. */
export interface ThresholdPassed {
  readonly budget: string;
  readonly scope: string;
  readonly subject: string;
  /** Per cent of the limit. */
  readonly threshold: number;
  readonly limit: string;
  readonly spent: string;
  readonly held: string;
}

/** Books entries and settles their holds, by one statement. */
const BOOK_AND_SETTLE = `
  WITH booked AS (${INSERT_ENTRIES} RETURNING booking_key)
  SELECT settled.event
  FROM (SELECT coalesce(array_agg(booking_key), '{}') AS keys FROM booked) AS fresh,
    budget_settle($2::json, fresh.keys) AS settled`;

/** Entries, and the settlement of what is held for them: the parameters of one statement, as JSON. */
export interface Booking {
  readonly entries: string;
  readonly settlements?: string;
}

export function bookingOf(drafts: readonly EntryDraft[]): Booking {
  const held = drafts.filter(({ hold }) => hold);
  return {
    entries: insertParameter(drafts),
    ...(held.length > 0 && { settlements: settlementParameter(held) }),
  };
}

/** Harmless when it is done twice: an entry is booked once, and a hold settled once. */
export async function insertAndSettle(
  manager: EntityManager,
  { entries, settlements }: Booking,
): Promise<ThresholdPassed[]> {
  if (settlements === undefined) {
    await manager.query(INSERT_ENTRIES, [entries]);
    return [];
  }
  return eventsOf(await manager.query(BOOK_AND_SETTLE, [entries, settlements]));
}

/**
 * The same within a transaction that has more to write in between: a window is locked only for
 * what follows its settlement, which should be the commit.
 *
 * @returns settles the hold
 */
export async function insertThenSettle(
  manager: EntityManager,
  draft: EntryDraft,
): Promise<() => Promise<ThresholdPassed[]>> {
  const booked: Array<{ booking_key: string }> = await manager.query(
    `${INSERT_ENTRIES} RETURNING booking_key`,
    [insertParameter([draft])],
  );
  const keys = booked.map(({ booking_key }) => booking_key);
  return async () => (draft.hold ? settle(manager, [draft], keys) : []);
}

/** Frees a hold of a call that has no entry. */
export async function freeHold(manager: EntityManager, hold: Hold): Promise<void> {
  await manager.query(SETTLE, [
    JSON.stringify([{ n: 0, hold: hold.id, windows: hold.windows }]),
    [],
  ]);
}

const SETTLE = 'SELECT event FROM budget_settle($1::json, $2::text[])';

async function settle(
  manager: EntityManager,
  drafts: readonly EntryDraft[],
  booked: readonly string[],
): Promise<ThresholdPassed[]> {
  return eventsOf(await manager.query(SETTLE, [settlementParameter(drafts), booked]));
}

function settlementParameter(drafts: readonly EntryDraft[]): string {
  return JSON.stringify(
    drafts.map((draft, n) => ({
      n,
      hold: draft.hold?.id,
      windows: draft.hold?.windows,
      // As the entry has it: what cannot be stored is cut out there.
      key: bookingKey(draft).toWellFormed().replaceAll('\0', ''),
      cost: draft.cost.total?.toString(),
    })),
  );
}

function eventsOf(rows: ReadonlyArray<{ event: ThresholdPassed }>): ThresholdPassed[] {
  return rows.map(({ event }) => event);
}
