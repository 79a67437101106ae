import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DatabaseService, isConnectionLoss, isDataFault } from '../database/index.js';
import type { EntryDraft } from './entry-draft.js';
import { INSERT_ENTRIES, insertParameter } from './entry-insert.js';
import { GroupCommit } from './group-commit.js';
import { retryWhile } from './retry.js';

/** Told of every entry after its commit, e.g. to move the metrics. Must not throw. */
export type BookingListener = (entry: EntryDraft) => void;

/**
 * The durable record of every model call.
 *
 * `book` resolves when the entry is committed: an answer that waits for it is never lost. An
 * entry that is booked twice (same provider and response id) counts once.
 */
@Injectable()
export class LedgerService implements OnApplicationShutdown {
  readonly #listeners: BookingListener[] = [];
  #failures = 0;
  readonly #group = new GroupCommit<EntryDraft>({
    commit: (drafts) => retryWhile(isConnectionLoss, () => insert(this.database.manager, drafts)),
    isItemFault: isDataFault,
  });

  constructor(private readonly database: DatabaseService) {}

  onBooked(listener: BookingListener): void {
    this.#listeners.push(listener);
  }

  /** Entries that wait for their commit. */
  get waiting(): number {
    return this.#group.waiting;
  }

  /** How long the oldest of them has waited, milliseconds. */
  get lagMs(): number {
    return this.#group.lagMs;
  }

  /** Bookings that the database did not take, since the start. */
  get failures(): number {
    return this.#failures;
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
    const result = await this.database.transaction(async (tx) => {
      await insert(tx, [draft]);
      return also(tx);
    });
    this.#tell(draft);
    return result;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#group.idle();
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
}

async function insert(manager: EntityManager, drafts: readonly EntryDraft[]): Promise<void> {
  await manager.query(INSERT_ENTRIES, [insertParameter(drafts)]);
}
