import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Role } from './caller.js';

/** A key as it is checked. */
export interface ApiKey {
  readonly id: string;
  readonly role: Role;
  /** SHA-256: a random secret of 32 bytes cannot be guessed, so a slow hash would protect nothing. */
  readonly hash: Buffer;
}

/** A key as its owner holds it: `sl_<id>_<secret>`. It is shown once, and never stored. */
export interface NewApiKey extends ApiKey {
  readonly text: string;
}

const TEXT = /^sl_([a-z0-9]{12})_[\w-]{43}$/;

export function newApiKey(role: Role): NewApiKey {
  const id = randomBytes(8).toString('hex').slice(0, 12);
  const text = `sl_${id}_${randomBytes(32).toString('base64url')}`;
  return { id: `key_${id}`, role, text, hash: hashOf(text) };
}

/** The id that a key's text tells; undefined when it is none of ours. */
export function keyIdOf(text: string): string | undefined {
  const [, id] = TEXT.exec(text) ?? [];
  return id && `key_${id}`;
}

export function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** In a time that tells nothing of where two differ. */
export function fits(key: ApiKey, hash: Buffer): boolean {
  return timingSafeEqual(key.hash, hash);
}
