import { Module } from '@nestjs/common';
import { LedgerModule } from '../ledger/index.js';
import { RepricingController } from './repricing.controller.js';
import { RepricingService } from './repricing.service.js';

@Module({
  imports: [LedgerModule],
  controllers: [RepricingController],
  providers: [RepricingService],
})
export class RepricingModule {}
