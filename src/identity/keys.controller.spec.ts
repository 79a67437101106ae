import { expect, it } from 'vitest';
import type { ApiKeyStore } from './api-key-store.js';
import type { KeyRing } from './key-ring.js';
import { KeysController } from './keys.controller.js';

it('tells a key that was made, also when the database is lost right after', async () => {
  const made = { id: 'key_1', name: 'app', role: 'user', created_at: new Date(0), text: 'sl_1' };
  const store = { create: () => Promise.resolve({ ...made, revoked_at: null }) };
  const ring = { update: () => Promise.reject(new Error('Connection terminated unexpectedly')) };
  const keys = new KeysController(store as unknown as ApiKeyStore, ring as unknown as KeyRing);
  expect(await keys.create({ name: 'app', role: 'user' })).toMatchObject({ key: 'sl_1' });
});
