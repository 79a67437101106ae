import { Logger } from '@nestjs/common';
import { isDataFault, reasonOf } from '../../database/index.js';
import type { Booking } from '../settlement.js';
import type { SpillFolder } from './spill-folder.js';

const STRANDED = 'Entries can be neither booked nor kept, no more calls are made:';
const LOOK_EVERY_MS = 2_000;
const MILLISECONDS_BETWEEN_WARNINGS = 60_000;

interface Stranded {
  readonly booking: Booking;
  readonly entries: number;
}

/**
 * Where entries go that the database does not take: to the disk, and from there into the ledger
 * when the database is back, also after the process has died in between. What was kept is as good
 * as booked: it may be acknowledged.
 */
export class Spill {
  readonly #logger = new Logger('Ledger');
  readonly #timer: NodeJS.Timeout;
  #waiting = 0;
  /** Paid for, and neither booked nor on the disk. */
  #stranded: Stranded[] = [];
  #replaying: Promise<void> | undefined;
  #warnedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly folder: SpillFolder,
    private readonly book: (booking: Booking) => Promise<void>,
  ) {
    this.#timer = setInterval(() => void this.#look(), LOOK_EVERY_MS).unref();
  }

  /** Entries in the folder, as far as this process knows. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Whether entries are in memory alone: what is paid for now could be lost. */
  get isStranded(): boolean {
    return this.#stranded.length > 0;
  }

  /**
   * Resolves when the entries are on the disk.
   *
   * @throws the reason why they are not booked, when they cannot be kept either; they are tried
   * again as long as this process lives
   */
  async keep(booking: Booking, entries: number, reason: unknown): Promise<void> {
    try {
      await this.folder.keep(booking, entries);
    } catch (error) {
      if (!this.isStranded) this.#logger.error(`${STRANDED} ${reasonOf(error)}`);
      this.#stranded.push({ booking, entries });
      throw reason;
    }
    this.#waiting += entries;
    const now = performance.now();
    if (now - this.#warnedAt < MILLISECONDS_BETWEEN_WARNINGS) return;
    this.#warnedAt = now;
    this.#logger.warn(
      `The database does not take entries (${reasonOf(reason)}): they are kept in ` +
        `${this.folder.path} and will be booked when it does`,
    );
  }

  /** Books what waits, as far as the database takes it; one call at a time. */
  replay(): Promise<void> {
    this.#replaying ??= this.#replayAll().finally(() => (this.#replaying = undefined));
    return this.#replaying;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#replaying;
    if (!this.isStranded) return;
    await this.#look();
    const lost = this.#stranded.reduce((sum, { entries }) => sum + entries, 0);
    if (lost > 0)
      this.#logger.error(`${lost} entries are lost: neither database nor disk took them`);
  }

  /** Without a word: the database is still away, or the folder cannot be read this time. */
  async #look(): Promise<void> {
    await this.replay().catch(() => undefined);
  }

  async #replayAll(): Promise<void> {
    await this.#land();
    const files = await this.folder.waiting();
    let left = files.reduce((sum, { entries }) => sum + entries, 0);
    this.#waiting = left;
    let booked = 0;
    try {
      for (const { name, entries } of files) {
        if (await this.#replayOne(name)) booked += entries;
        this.#waiting = left -= entries;
      }
    } finally {
      if (booked > 0) this.#logger.log(`${booked} entries that were kept on disk are booked`);
    }
  }

  /** Where there is room again, in the database or on the disk. */
  async #land(): Promise<void> {
    for (let first = this.#stranded[0]; first; first = this.#stranded[0]) {
      const { booking, entries } = first;
      await this.book(booking).catch(() => this.folder.keep(booking, entries));
      this.#stranded.shift();
    }
  }

  async #replayOne(name: string): Promise<boolean> {
    const booking = await this.folder.read(name);
    if (!booking) return false;
    try {
      await this.book(booking);
    } catch (error) {
      if (!isDataFault(error)) throw error;
      await this.folder.setAside(name);
      this.#logger.error(`The database refuses what was kept in ${name}: ${reasonOf(error)}`);
      return false;
    }
    await this.folder.remove(name);
    return true;
  }
}
