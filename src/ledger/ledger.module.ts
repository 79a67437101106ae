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
  useFactory: ({ database: { dataDir, url } }: AppConfig) =>
    dataDir === IN_MEMORY ? undefined : new SpillFolder(join(dataDir, 'unbooked', nameOf(url))),
};

/** Of the database: what one did not take must not get into the books of another. */
function nameOf(url: string | undefined): string {
  if (url === undefined) return 'embedded';
  const { hostname, port, pathname } = new URL(url);
  return `${hostname}-${port || 5432}${pathname}`.replace(/[^\w.-]+/g, '-');
}

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
