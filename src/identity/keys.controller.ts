import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAnswer } from '../http/openapi.js';
import { AdminOnly } from './admin-only.js';
import { ApiKeyStore, type ListedKey } from './api-key-store.js';
import { KeyRing } from './key-ring.js';
import {
  createdKey,
  keyList,
  keyParams,
  keyRequest,
  type CreatedKey,
  type KeyList,
  type KeyRequest,
} from './keys.schema.js';

@ApiTags('Keys')
@Controller('keys')
@AdminOnly()
export class KeysController {
  constructor(
    private readonly store: ApiKeyStore,
    private readonly ring: KeyRing,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Makes an API key; from the first on, callers need one' })
  @ApiAnswer(201, createdKey)
  async create(@Body({ schema: keyRequest }) { name, role }: KeyRequest): Promise<CreatedKey> {
    const { text, ...key } = await this.store.create(name, role);
    // The key is made, and its text is told this once: the ring looks again within seconds.
    await this.ring.update().catch(() => undefined);
    return { ...answer(key), key: text };
  }

  @Get()
  @ApiOperation({ summary: 'The keys, those of API_KEYS left out; never their secrets' })
  @ApiAnswer(200, keyList)
  async list(): Promise<KeyList> {
    return { keys: (await this.store.list()).map(answer) };
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Revokes a key: at once here, within 5 s in other processes' })
  @HttpCode(204)
  async revoke(@Param({ schema: keyParams }) { id }: { id: string }): Promise<void> {
    await this.store.revoke(id);
    await this.ring.update();
  }
}

function answer({ id, name, role, created_at, revoked_at }: ListedKey): KeyList['keys'][number] {
  return {
    id,
    name,
    role,
    created_at: created_at.toISOString(),
    revoked_at: revoked_at?.toISOString() ?? null,
  };
}
