import { Module } from '@nestjs/common';
import { ApiKeyStore } from './api-key-store.js';
import { KeyRing } from './key-ring.js';
import { RateLimits } from './rate-limits.js';
import { KeysController } from './keys.controller.js';

@Module({
  controllers: [KeysController],
  providers: [ApiKeyStore, KeyRing, RateLimits],
  exports: [KeyRing, RateLimits],
})
export class IdentityModule {}
