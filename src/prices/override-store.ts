import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { overrideKey, type PriceOverride } from '../genai/pricing/index.js';
import { conflict, notFound } from '../http/index.js';

/** A price of one's own in the database. */
export interface StoredOverride {
  readonly id: string;
  readonly price: PriceOverride;
  readonly created_at: Date;
}

/** Every price is held in the memory of every process. */
const MOST_OVERRIDES = 10_000;

/** Keeps one's own prices. They are added and removed, not changed: a price is a fact of its time. */
@Injectable()
export class OverrideStore {
  constructor(private readonly dataSource: DataSource) {}

  list(): Promise<StoredOverride[]> {
    return this.dataSource.query('SELECT id, price, created_at FROM price_override ORDER BY seq');
  }

  /** Another text after every change. */
  async revision(): Promise<string> {
    const [row]: Array<{ revision: string }> = await this.dataSource.query(
      `SELECT coalesce(max(seq), 0) || ':' || count(*) AS revision FROM price_override`,
    );
    return row?.revision ?? '';
  }

  /** @throws {Problem} 409 when there is a price for the same provider, model and start */
  async add(price: PriceOverride): Promise<StoredOverride> {
    const [stored]: StoredOverride[] = await this.dataSource.query(
      `INSERT INTO price_override (id, subject, price)
       SELECT $1, $2, $3 WHERE (SELECT count(*) FROM price_override) < ${MOST_OVERRIDES}
       ON CONFLICT (subject) DO NOTHING RETURNING id, price, created_at`,
      [`price_${randomUUID()}`, overrideKey(price), price],
    );
    if (stored) return stored;
    throw conflict(
      'price-exists',
      `There is a price for this provider, model and start already, or there are ${MOST_OVERRIDES}: remove one first.`,
    );
  }

  /** @throws {Problem} 404 */
  async remove(id: string): Promise<void> {
    const [removed]: unknown[][] = await this.dataSource.query(
      'DELETE FROM price_override WHERE id = $1 RETURNING id',
      [id],
    );
    if (!removed || removed.length === 0) throw notFound('There is no price with this id.');
  }
}
