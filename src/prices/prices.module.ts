import { Module } from '@nestjs/common';
import { LedgerModule } from '../ledger/index.js';
import { LivePrices } from './live-prices.js';
import { OverrideStore } from './override-store.js';
import { PricesController } from './prices.controller.js';
import { PricesReader } from './prices-reader.js';
import { CatalogueRefresh } from './refresh/catalogue-refresh.js';

@Module({
  imports: [LedgerModule],
  controllers: [PricesController],
  providers: [OverrideStore, LivePrices, PricesReader, CatalogueRefresh],
  exports: [CatalogueRefresh],
})
export class PricesModule {}
