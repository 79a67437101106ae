import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { PriceBook } from '../genai/pricing/index.js';
import { LedgerFeed } from './feed/ledger-feed.js';
import { LedgerEntryEntity } from './ledger-entry.entity.js';
import { LedgerService } from './ledger.service.js';
import { priceBookProvider } from './price-book.provider.js';
import { UsageController } from './usage/usage.controller.js';
import { UsageService } from './usage/usage.service.js';
import { UsageSums } from './usage/usage-sums.js';

@Module({
  imports: [TypeOrmModule.forFeature([LedgerEntryEntity])],
  controllers: [UsageController],
  providers: [priceBookProvider, LedgerService, LedgerFeed, UsageService, UsageSums],
  exports: [PriceBook, LedgerService, LedgerFeed, UsageService],
})
export class LedgerModule {}
