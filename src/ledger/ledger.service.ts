import { Injectable, Optional, type OnApplicationShutdown } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DatabaseService, isDataFault } from '../database/index.js';
import { Problem } from '../http/index.js';
import type { EntryDraft, Hold } from './entry-draft.js';
import { GroupCommit } from './group-commit.js';
import { retryWhilePassing } from './retry.js';
import {
  bookingOf,
  freeHold,
  insertAndSettle,
  insertThenSettle,
  type Booking,
  type ThresholdPassed,
} from './settlement.js';
import { Spill } from './spill/spill.js';
import { SpillFolder } from './spill/spill-folder.js';

/** Told of every entry after its commit, e.g. to move the metrics. Must not throw. */
export type BookingListener = (entry: EntryDraft) => void;

/** Told of budgets' thresholds after the commit that passed them. Must not throw. */
export type ThresholdListener = (passed: ThresholdPassed) => void;

/**
 * The durable record of every model call.
 *
 * `book` resolves when the entry is committed, or on the disk while the database is away: an answer
 * that waits for it is never lost. An
 * entry that is booked twice (same provider and response id) counts once. What budgets hold for a
 * call is settled with its entry: both are committed, or neither.
 */
@Injectable()
export class LedgerService implements OnApplicationShutdown {
  readonly #listeners: BookingListener[] = [];
  #failures = 0;
  readonly #thresholdListeners: ThresholdListener[] = [];
  readonly #group = new GroupCommit<EntryDraft>({
    commit: (drafts) => this.#commit(drafts),
    isItemFault: isDataFault,
  });

  readonly #spill: Spill | undefined;

  /** @param folder - where entries wait for a database that is away; without it, bookings fail then */
  constructor(
    private readonly database: DatabaseService,
    @Optional() folder?: SpillFolder,
  ) {
    this.#spill = folder && new Spill(folder, (booking) => this.#insert(booking));
  }

  onBooked(listener: BookingListener): void {
    this.#listeners.push(listener);
  }

  onThreshold(listener: ThresholdListener): void {
    this.#thresholdListeners.push(listener);
  }

  /** Entries that wait for their commit. */
  get waiting(): number {
    return this.#group.waiting;
  }

  /** How long the oldest of them has waited, milliseconds. */
  get lagMs(): number {
    return this.#group.lagMs;
  }

  /** Entries on the disk, which the database has not taken yet. */
  get spilled(): number {
    return this.#spill?.waiting ?? 0;
  }

  /** Bookings that were neither taken by the database nor kept on the disk, since the start. */
  get failures(): number {
    return this.#failures;
  }

  /**
   * To be asked before a call is paid for.
   *
   * @throws {Problem} 503 while what was paid for can be neither booked nor kept on the disk
   */
  requireRoom(): void {
    if (!this.#spill?.isStranded) return;
    throw new Problem({
      status: 503,
      kind: 'ledger-full',
      detail: 'Neither the database nor the disk takes entries at the moment. Try again.',
      headers: { 'retry-after': '5' },
    });
  }

  /** Books the entry, together with others that are booked at the same moment. */
  async book(draft: EntryDraft): Promise<void> {
    await this.#orCount(this.#group.add(draft));
    this.#tell(draft);
  }

  /**
   * Books the entry and whatever belongs to it (a conversation's turn, a workflow's step, the
   * answer to a repeated request) in one transaction: both are there, or neither.
   */
  async bookWith<T>(draft: EntryDraft, also: (tx: EntityManager) => Promise<T>): Promise<T> {
    const { result, passed } = await this.database.transaction(async (tx) => {
      const settle = await insertThenSettle(tx, draft);
      const done = await also(tx);
      return { result: done, passed: await settle() };
    });
    this.#tell(draft);
    this.#tellOfThresholds(passed);
    return result;
  }

  /** Frees what is held for a call that nothing is booked of. */
  async free(hold: Hold): Promise<void> {
    await freeHold(this.database.manager, hold);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#group.idle();
    await this.#spill?.stop();
  }

  async #commit(drafts: readonly EntryDraft[]): Promise<void> {
    const booking = bookingOf(drafts);
    const insert = () => this.#insert(booking);
    try {
      // While entries wait on the disk the database is known to be away: others need not find out.
      await (this.spilled > 0 ? insert() : retryWhilePassing(insert));
    } catch (error) {
      if (!this.#spill || isDataFault(error)) throw error;
      await this.#spill.keep(booking, drafts.length, error);
    }
  }

  async #insert(booking: Booking): Promise<void> {
    this.#tellOfThresholds(await insertAndSettle(this.database.manager, booking));
  }

  async #orCount(booking: Promise<void>): Promise<void> {
    try {
      await booking;
    } catch (error) {
      this.#failures += 1;
      throw error;
    }
  }

  #tell(draft: EntryDraft): void {
    for (const listener of this.#listeners) listener(draft);
  }

  #tellOfThresholds(passed: readonly ThresholdPassed[]): void {
    for (const one of passed) for (const listener of this.#thresholdListeners) listener(one);
  }
}
