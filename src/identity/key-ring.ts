import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { AppConfig } from '../config/index.js';
import { fits, hashOf, keyIdOf, type ApiKey } from './api-key.js';
import { ApiKeyStore } from './api-key-store.js';
import type { Caller } from './caller.js';

/** How long another process may still take a key that was revoked. */
const LOOK_EVERY_MS = 5_000;
/** All who show unknown keys in this time are answered by one look: guessing loads no database. */
const GATHER_MS = 100;

/**
 * Knows every key, so that no request waits for the database to be let in, and none is refused
 * while the database is away.
 */
@Injectable()
export class KeyRing implements OnModuleInit, OnModuleDestroy {
  readonly #logger = new Logger('Identity');
  /** Of `API_KEYS`: these have any text, so each is compared. */
  readonly #configured: readonly ApiKey[];
  #stored: ReadonlyMap<string, ApiKey> = new Map();
  #storedEver = 0;
  #revision: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #look: Promise<void> = Promise.resolve();
  #nextLook: Promise<void> | undefined;

  constructor(
    { apiKeys }: AppConfig,
    private readonly store: ApiKeyStore,
  ) {
    this.#configured = apiKeys.map(({ name, role, key }) => ({
      id: name,
      role,
      hash: hashOf(key),
    }));
  }

  /** Whether callers must have a key. A service whose keys were all revoked does not open again. */
  get isNeeded(): boolean {
    return this.#configured.length > 0 || this.#storedEver > 0;
  }

  async onModuleInit(): Promise<void> {
    await this.update();
    this.#timer = setInterval(() => void this.#lookNow(), LOOK_EVERY_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.#timer);
  }

  /** After a change in this process: it holds for the next request. */
  async update(): Promise<void> {
    const revision = await this.store.revision();
    if (revision === this.#revision) return;
    const { keys, ever } = await this.store.load();
    this.#stored = new Map(keys.map((key) => [key.id, key]));
    this.#storedEver = ever;
    this.#revision = revision;
  }

  /** Whose key it is; undefined when nobody's. */
  find(text: string): Caller | undefined {
    const hash = hashOf(text);
    const stored = this.#stored.get(keyIdOf(text) ?? '');
    if (stored && fits(stored, hash)) return { keyId: stored.id, role: stored.role };
    let found: ApiKey | undefined;
    for (const key of this.#configured) if (fits(key, hash)) found = key;
    return found && { keyId: found.id, role: found.role };
  }

  /** The same of a key that another process may have made a moment ago. */
  async findNew(text: string): Promise<Caller | undefined> {
    const id = keyIdOf(text);
    if (id === undefined || this.#stored.has(id)) return undefined;
    // One after the other, however slow the database: strangers must not take its connections.
    this.#nextLook ??= Promise.all([this.#look, sleep(GATHER_MS)]).then(() => {
      this.#nextLook = undefined;
      return (this.#look = this.#lookNow());
    });
    await this.#nextLook;
    return this.find(text);
  }

  async #lookNow(): Promise<void> {
    try {
      await this.update();
    } catch (error) {
      this.#logger.debug(`Keys stay as they are: ${String(error)}`);
    }
  }
}
