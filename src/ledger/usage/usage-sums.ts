import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { MEASURES, SUBJECTS } from './usage-facts.js';

const EVERY_MS = 10_000;
/** Facts that one transaction adds: about half a second of the database. */
const STEP = 50_000;

/**
 * Keeps the hourly sums behind the ledger. Invariant: `usage_hour` is the sum of just the facts
 * whose ids are at most `usage_progress`, so a report that adds the later ones is exact at any
 * moment, however far behind the sums are.
 */
@Injectable()
export class UsageSums implements OnModuleInit, OnModuleDestroy {
  readonly #logger = new Logger('Usage');
  #timer: NodeJS.Timeout | undefined;
  #running = false;

  constructor(private readonly dataSource: DataSource) {}

  onModuleInit(): void {
    this.#timer = setInterval(() => void this.#tick(), EVERY_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.#timer);
  }

  /**
   * Adds all that is booked and final; other processes may do so at the same time.
   *
   * @throws {Error} when a booking has been on its way for too long: what is final is not known
   */
  async catchUp(): Promise<void> {
    while (await this.#step());
  }

  /** Makes the sums anew. Reports stay exact meanwhile, if slow. */
  async rebuild(): Promise<void> {
    await this.dataSource.transaction(async (tx) => {
      await tx.query('SELECT last_id FROM usage_progress ORDER BY source FOR UPDATE');
      // Not TRUNCATE: a report that runs at this moment must still see the old sums.
      await tx.query('DELETE FROM usage_hour');
      await tx.query('UPDATE usage_progress SET last_id = 0');
    });
    await this.#tick();
  }

  async #tick(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    try {
      await this.catchUp();
    } catch (error) {
      this.#logger.debug(`Usage is added up later: ${String(error)}`);
    } finally {
      this.#running = false;
    }
  }

  /** @returns whether there may be more to add */
  async #step(): Promise<boolean> {
    const final = await this.#finalIds();
    if (!final) return false;
    return this.dataSource.transaction(async (tx) => {
      const progress: Progress[] = await tx.query(
        `SELECT source, last_id FROM usage_progress ORDER BY source FOR UPDATE SKIP LOCKED`,
      );
      let more = false;
      for (const { source, last_id } of progress) {
        const last = Number(last_id);
        const upTo = Math.min(final[source], last + STEP);
        if (upTo <= last) continue;
        await add(tx, source, last, upTo);
        more ||= upTo < final[source];
      }
      return more;
    });
  }

  /**
   * Ids are given before they are committed, so a lower one may appear after a higher one. Nobody
   * is between the two while this lock is held, which it is for a moment: all ids up to the
   * highest are then final. Bookings are not made to wait behind a slow one: it gives up first.
   */
  async #finalIds(): Promise<Record<Source, number> | undefined> {
    const [ahead]: Array<{ ahead: boolean }> = await this.dataSource.query(
      `SELECT EXISTS (SELECT FROM ledger_entry WHERE id > (${lastIdOf('entry')}))
         OR EXISTS (SELECT FROM ledger_adjustment WHERE id > (${lastIdOf('adjustment')})) AS ahead`,
    );
    if (!ahead?.ahead) return undefined;
    return this.dataSource.transaction(async (tx) => {
      await tx.query(`SET LOCAL lock_timeout = '200ms'`);
      await tx.query('LOCK TABLE ledger_entry, ledger_adjustment IN SHARE MODE');
      const [row]: Array<Record<Source, string | null>> = await tx.query(
        `SELECT (SELECT max(id) FROM ledger_entry) AS entry,
                (SELECT max(id) FROM ledger_adjustment) AS adjustment`,
      );
      return { entry: Number(row?.entry ?? 0), adjustment: Number(row?.adjustment ?? 0) };
    });
  }
}

type Source = 'entry' | 'adjustment';

interface Progress {
  readonly source: Source;
  readonly last_id: string;
}

function lastIdOf(source: Source): string {
  return `SELECT last_id FROM usage_progress WHERE source = '${source}'`;
}

async function add(tx: EntityManager, source: Source, after: number, upTo: number): Promise<void> {
  await tx.query(ADD, [source, after, upTo]);
  await tx.query('UPDATE usage_progress SET last_id = $2 WHERE source = $1', [source, upTo]);
}

const SUBJECT = SUBJECTS.join(', ');
const ADD = `
  INSERT INTO usage_hour (hour, digest, ${SUBJECT}, ${MEASURES.join(', ')})
  SELECT hour, sha256(convert_to(jsonb_build_array(${SUBJECT})::text, 'UTF8')), ${SUBJECT},
    ${MEASURES.map((name) => `sum(${name})`).join(', ')}
  FROM (SELECT date_trunc('hour', started_at, 'UTC') AS hour, ${SUBJECT}, ${MEASURES.join(', ')}
        FROM usage_fact WHERE source = $1 AND source_id > $2 AND source_id <= $3) AS fact
  GROUP BY hour, ${SUBJECT}
  ON CONFLICT (hour, digest) DO UPDATE SET
    ${MEASURES.map((name) => `${name} = usage_hour.${name} + excluded.${name}`).join(', ')}`;
