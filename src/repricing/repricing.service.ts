import { Injectable } from '@nestjs/common';
import { DatabaseService } from '../database/index.js';
import { PriceBook, formatUsd } from '../genai/pricing/index.js';
import { conflict } from '../http/index.js';
import { bookAdjustments } from './adjustments.js';
import { appliedChanges } from './applied-changes.js';
import { newestEntry, readBookedCalls, type Selection } from './booked-calls.js';
import { ChangesReport } from './changes-report.js';
import { reprice, type Tally } from './reprice.js';
import type { RepricingAnswer } from './repricing.schema.js';
import { createRun, lockRuns, readRun, saveProgress, type RepricingRun } from './repricing-run.js';

/** Entries that one transaction prices anew. */
const BATCH = 1_000;

/**
 * Prices the past anew: for a price that came late, or was wrong.
 *
 * Invariants: an entry never changes; the cost of an entry is that of its last adjustment, whose
 * `old_…` fields are the state it replaced; a batch is booked together with how far its run has
 * come, so that a run which is broken off goes on behind its last batch.
 */
@Injectable()
export class RepricingService {
  constructor(
    private readonly database: DatabaseService,
    private readonly prices: PriceBook,
  ) {}

  /** What `apply` would do; nothing is written. */
  async dryRun(selection: Selection, stop: AbortSignal): Promise<RepricingAnswer> {
    const { manager } = this.database;
    const upTo = await newestEntry(manager);
    const report = new ChangesReport();
    const total: Tally = { entries: 0, kept: 0, oldTotal: 0n, newTotal: 0n };
    for (let after: string | undefined = '0'; after !== undefined;) {
      stop.throwIfAborted();
      const calls = await readBookedCalls(manager, selection, { after, upTo, limit: BATCH });
      const { changes, tally } = reprice(this.prices, calls);
      for (const change of changes) report.add(change);
      total.entries += tally.entries;
      total.kept += tally.kept;
      total.oldTotal += tally.oldTotal;
      total.newTotal += tally.newTotal;
      after = nextAfter(calls);
    }
    const { adjusted, changes, biggest } = report;
    return {
      id: null,
      status: 'dry_run',
      prices: this.prices.fingerprint,
      entries: total.entries,
      adjusted,
      kept: total.kept,
      ...totalsOf(total.oldTotal, total.newTotal),
      changes,
      biggest,
    };
  }

  /** @returns the id of a new run, which nothing is done of yet */
  start(selection: Selection): Promise<string> {
    return createRun(this.database.manager, this.prices.fingerprint, selection);
  }

  /**
   * Does the run until it is done or told to stop, a batch at a time.
   *
   * @throws {Problem} 404; 409 when prices are others than those the run began with
   */
  async run(id: string, stop: AbortSignal): Promise<RepricingAnswer> {
    const { manager } = this.database;
    let run = await readRun(manager, id);
    if (!run.ended_at && run.prices !== this.prices.fingerprint) {
      throw conflict(
        'prices-moved',
        'The prices are others than those this re-pricing began with. What it adjusted stays; start a new one.',
      );
    }
    while (!run.ended_at && !stop.aborted) run = await this.#batch(id);
    return {
      id,
      status: run.ended_at ? 'done' : 'open',
      prices: run.prices,
      entries: Number(run.entries),
      adjusted: Number(run.adjusted),
      kept: Number(run.kept),
      ...totalsOf(BigInt(run.old_total), BigInt(run.new_total)),
      ...(await appliedChanges(manager, id)),
    };
  }

  async #batch(id: string): Promise<RepricingRun> {
    return this.database.transaction(async (tx) => {
      await lockRuns(tx);
      const run = await readRun(tx, id);
      if (run.ended_at) return run;
      const range = { after: run.last_entry_id, upTo: run.up_to_entry_id, limit: BATCH };
      const calls = await readBookedCalls(tx, run.filter, range);
      const { changes, tally } = reprice(this.prices, calls);
      await bookAdjustments(tx, id, changes);
      await saveProgress(tx, id, tally, changes.length, nextAfter(calls));
      return readRun(tx, id);
    });
  }
}

/** Undefined when a batch was the last. */
function nextAfter(calls: ReadonlyArray<{ readonly id: string }>): string | undefined {
  return calls.length === BATCH ? calls.at(-1)?.id : undefined;
}

function totalsOf(before: bigint, after: bigint) {
  return {
    old_usd: formatUsd(before),
    new_usd: formatUsd(after),
    difference_usd: formatUsd(after - before),
  };
}
