import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { PriceBook } from '../genai/pricing/index.js';
import { AppConfig } from '../config/index.js';
import { IN_MEMORY } from '../database/index.js';
import { LedgerFeed } from './feed/ledger-feed.js';
import { LedgerEntryEntity } from './ledger-entry.entity.js';
import { LedgerService } from './ledger.service.js';
import { priceBookProvider } from './price-book.provider.js';
import { SpillFolder } from './spill/spill-folder.js';
import { UsageController } from './usage/usage.controller.js';
import { UsageService } from './usage/usage.service.js';
import { UsageSums } from './usage/usage-sums.js';

/** Beside the embedded database's own folder; one in memory has nothing that would outlive it. */
const spillFolderProvider = {
  provide: SpillFolder,
  inject: [AppConfig],
  useFactory: ({ database: { dataDir } }: AppConfig) =>
    dataDir === IN_MEMORY ? undefined : new SpillFolder(join(dataDir, 'unbooked')),
};

@Module({
  imports: [TypeOrmModule.forFeature([LedgerEntryEntity])],
  controllers: [UsageController],
  providers: [
    priceBookProvider,
    spillFolderProvider,
    LedgerService,
    LedgerFeed,
    UsageService,
    UsageSums,
  ],
  exports: [PriceBook, LedgerService, LedgerFeed, UsageService],
})
export class LedgerModule {}
