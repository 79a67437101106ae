import { createHash } from 'node:crypto';
import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { LeaseService } from '../../lease/index.js';
import { Problem, invalidRequest } from '../problem/problem.js';

/** A repeat within this time gets the first answer; after it the key is free again. */
const KEEP_HOURS = 24;
const SWEEP_MS = 60 * 60 * 1000;

/** The request as the idempotency of an endpoint sees it. */
export interface IdempotentRequest {
  /** Method and path, `POST /chat`. */
  readonly route: string;
  /** Value of the `Idempotency-Key` header, if the caller sent one. */
  readonly key: string | undefined;
  /** The API key that asks: keys of one caller are nothing to another. */
  readonly owner: string | undefined;
  /** The validated body: a repeat must be the same request. */
  readonly body: unknown;
  /** Ends the waiting for a concurrent repeat: the client left, or a deadline. */
  readonly signal: AbortSignal;
}

/** Where the work leaves its answer: in the transaction that books what it cost. */
export interface AnswerSlot {
  store(transaction: EntityManager, answer: object): Promise<void>;
}

/** Either fresh, as an object, or the first request's answer, as the JSON text that was sent. */
export type IdempotentAnswer<T> =
  | { readonly replayed: false; readonly answer: T }
  | { readonly replayed: true; readonly json: string };

/**
 * Runs a request once for each `Idempotency-Key`.
 *
 * A repeat gets the first answer, also after a restart, because the answer is committed together
 * with the money it is about. A repeat that comes while the first still runs waits for it. A
 * request that failed leaves nothing behind, so that it can be tried again with the same key.
 */
@Injectable()
export class IdempotencyService implements OnModuleInit, OnModuleDestroy {
  readonly #logger = new Logger('Idempotency');
  #sweeper: NodeJS.Timeout | undefined;

  constructor(
    private readonly dataSource: DataSource,
    private readonly leases: LeaseService,
  ) {}

  onModuleInit(): void {
    this.#sweeper = setInterval(() => void this.#sweep(), SWEEP_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.#sweeper);
  }

  async run<T extends object>(
    request: IdempotentRequest,
    work: (slot: AnswerSlot | undefined) => Promise<T>,
  ): Promise<IdempotentAnswer<T>> {
    const { route, owner, signal } = request;
    if (request.key === undefined) return { replayed: false, answer: await work(undefined) };
    refuseUnusable(request.key);
    // A header's key has no space in it.
    const key = owner === undefined ? request.key : `${owner} ${request.key}`;
    const fingerprint = createHash('sha256').update(JSON.stringify(request.body)).digest('hex');
    const first = await this.#find(route, key, fingerprint);
    if (first !== undefined) return { replayed: true, json: first };

    return this.leases.hold(`idempotency ${route} ${key}`, signal, async (lease) => {
      const meanwhile = await this.#find(route, key, fingerprint);
      if (meanwhile !== undefined) return { replayed: true, json: meanwhile };
      const answer = await work({
        store: async (transaction, stored) => {
          await lease.releaseIn(transaction);
          await transaction.query(
            `INSERT INTO idempotency_record (route, key, fingerprint, answer, subject)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (route, key) DO UPDATE
             SET fingerprint = excluded.fingerprint, answer = excluded.answer,
               subject = excluded.subject, created_at = now()`,
            [route, key, fingerprint, JSON.stringify(stored), subjectOf(route, stored)],
          );
        },
      });
      return { replayed: false, answer };
    });
  }

  /** Removes stored answers that tell of what the transaction deletes. */
  async forget(
    transaction: EntityManager,
    route: keyof typeof SUBJECTS,
    subject: string,
  ): Promise<void> {
    await transaction.query('DELETE FROM idempotency_record WHERE route = $1 AND subject = $2', [
      route,
      subject,
    ]);
  }

  async #find(route: string, key: string, fingerprint: string): Promise<string | undefined> {
    const [record]: Array<{ fingerprint: string; answer: string }> = await this.dataSource.query(
      `SELECT fingerprint, answer FROM idempotency_record
       WHERE route = $1 AND key = $2 AND created_at > now() - $3 * interval '1 hour'`,
      [route, key, KEEP_HOURS],
    );
    if (record && record.fingerprint !== fingerprint) {
      throw new Problem({
        status: 422,
        kind: 'idempotency-key-reused',
        detail: 'This Idempotency-Key was used for a different request. Use a new key.',
        errors: [{ path: 'Idempotency-Key', message: 'Was used with another body' }],
      });
    }
    return record?.answer;
  }

  async #sweep(): Promise<void> {
    await this.dataSource
      .query(`DELETE FROM idempotency_record WHERE created_at < now() - $1 * interval '1 hour'`, [
        KEEP_HOURS,
      ])
      .catch((error: unknown) =>
        this.#logger.warn(`Old answers were not removed: ${String(error)}`),
      );
  }
}

/** The field of an answer that names what can be deleted. */
const SUBJECTS = { 'POST /conversation': 'conversation_id', 'POST /workflow': 'workflow_id' };

function subjectOf(route: string, answer: object): string | null {
  const field = (SUBJECTS as Readonly<Record<string, string | undefined>>)[route];
  const subject: unknown = field && (answer as Readonly<Record<string, unknown>>)[field];
  return typeof subject === 'string' ? subject : null;
}

function refuseUnusable(key: string): void {
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return;
  throw invalidRequest([
    { path: 'Idempotency-Key', message: 'Must be 1 to 255 printable ASCII characters' },
  ]);
}
