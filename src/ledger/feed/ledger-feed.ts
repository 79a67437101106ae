import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { onInference, type InferenceRecord } from '../../genai/spans/index.js';
import { LedgerService } from '../ledger.service.js';
import { draftOfRecord } from './record-draft.js';

/** Entries that may wait for the database; above it new ones are dropped, and counted. */
const MOST_WAITING = 10_000;
const MILLISECONDS_BETWEEN_WARNINGS = 60_000;

/**
 * Books the calls that only the span processor sees: those of an application's own, instrumented
 * clients. It never delays or fails the application: booking is asynchronous, in batches, and
 * bounded in memory.
 *
 * Calls that the service makes are booked by the service itself, in time for their answer; their
 * records say `claimed`. What is seen twice all the same is one entry, by its response id.
 */
@Injectable()
export class LedgerFeed implements OnModuleInit, OnModuleDestroy {
  readonly #logger = new Logger('Ledger');
  #waiting = 0;
  #dropped = 0;
  #warnedAt = Number.NEGATIVE_INFINITY;
  #stop: (() => void) | undefined;

  constructor(private readonly ledger: LedgerService) {}

  /** Calls that could not be booked, because too many waited or the database refused. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Calls that wait for their commit. */
  get waiting(): number {
    return this.#waiting;
  }

  onModuleInit(): void {
    this.#stop = onInference((record) => this.#add(record));
  }

  /** What waits already is committed before the ledger closes. */
  onModuleDestroy(): void {
    this.#stop?.();
  }

  #add(record: InferenceRecord): void {
    if (record.claimed) return;
    if (this.#waiting >= MOST_WAITING) {
      this.#drop('too many calls wait to be booked');
      return;
    }
    this.#waiting += 1;
    void this.ledger
      .book(draftOfRecord(record))
      .catch((error: unknown) => this.#drop(String(error)))
      .finally(() => (this.#waiting -= 1));
  }

  #drop(reason: string): void {
    this.#dropped += 1;
    const now = performance.now();
    if (now - this.#warnedAt < MILLISECONDS_BETWEEN_WARNINGS) return;
    this.#warnedAt = now;
    this.#logger.error(`Calls are not booked (${this.#dropped} so far): ${reason}`);
  }
}
