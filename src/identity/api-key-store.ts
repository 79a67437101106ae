import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { conflict, notFound } from '../http/index.js';
import { newApiKey, type ApiKey } from './api-key.js';
import type { Role } from './caller.js';

/** A key as it is listed; its secret is known to its owner alone. */
export interface ListedKey {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly created_at: Date;
  readonly revoked_at: Date | null;
}

/** All are held in the memory of every process. */
const MOST_KEYS = 100_000;

/** Keeps API keys in the database. */
@Injectable()
export class ApiKeyStore {
  constructor(private readonly dataSource: DataSource) {}

  /** Another text after every change. */
  async revision(): Promise<string> {
    const [row]: Array<{ revision: string }> = await this.dataSource.query(
      `SELECT count(*) || ':' || count(revoked_at) AS revision FROM api_key`,
    );
    return row?.revision ?? '';
  }

  /** Those in force, and how many there ever were. */
  async load(): Promise<{ keys: ApiKey[]; ever: number }> {
    const rows: Array<{ id: string; role: Role; hash: Buffer; revoked: boolean }> =
      await this.dataSource.query(
        'SELECT id, role, secret_hash AS hash, revoked_at IS NOT NULL AS revoked FROM api_key',
      );
    return { keys: rows.filter(({ revoked }) => !revoked), ever: rows.length };
  }

  list(): Promise<ListedKey[]> {
    return this.dataSource.query(
      'SELECT id, name, role, created_at, revoked_at FROM api_key ORDER BY created_at, id',
    );
  }

  /** @returns the key with its text, which nobody can tell a second time */
  async create(name: string, role: Role): Promise<ListedKey & { text: string }> {
    const { id, hash, text } = newApiKey(role);
    const [row]: ListedKey[] = await this.dataSource.query(
      `INSERT INTO api_key (id, name, role, secret_hash)
       SELECT $1, $2, $3, $4 WHERE (SELECT count(*) FROM api_key) < ${MOST_KEYS}
       RETURNING id, name, role, created_at, revoked_at`,
      [id, name, role, hash],
    );
    if (!row) throw conflict('too-many-keys', `There are ${MOST_KEYS} keys already.`);
    return { ...row, text };
  }

  /** @throws {Problem} 404 when there is no such key in force */
  async revoke(id: string): Promise<void> {
    const [revoked]: unknown[][] = await this.dataSource.query(
      'UPDATE api_key SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL RETURNING id',
      [id],
    );
    if (!revoked || revoked.length === 0) throw notFound('There is no key with this id in force.');
  }
}
